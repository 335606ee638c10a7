import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { check, near, openCompany, readNumber, violations } from '../company.mjs';

export const stories = [
  {
    name: 'first start: an empty server is filled by an upload, trained with progress, and scores its deals',
    async run() {
      const fresh = await openCompany(process.env.FRESH);
      const admin = await fresh.as('admin');
      const page = await admin.open('/');
      await page.getByRole('heading', { level: 1, name: /no data here yet/ }).waitFor();
      const found = await violations(page);
      check(found.length === 0, found.join('\n'));
      check(await page.getByRole('button', { name: 'Start with the demo data' }).isVisible(), 'the demo is offered');
      await page.getByRole('button', { name: 'Upload an export' }).click();
      await page.getByRole('heading', { level: 1, name: 'Nothing is imported yet' }).waitFor();

      const folder = process.env.EXPORT;
      const files = readdirSync(folder).filter((name) => name.endsWith('.csv')).map((name) => join(folder, name));
      await page.locator('input[type=file]').setInputFiles(files);
      await page.getByText(/^Read as/).waitFor();
      await page.getByRole('button', { name: 'Try without storing' }).click();
      await page.getByText(/^Tried without storing/).waitFor();
      check((await admin.get('/imports')).items.length === 0, 'a try stores nothing');
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText('The data is here, a model is not.').waitFor();
      const [entry] = (await admin.get('/imports')).items;
      await page.getByRole('heading', { level: 1, name: new RegExp(entry.rows.toLocaleString('en-US')) }).waitFor();

      await page.getByRole('button', { name: 'Train the first version' }).click();
      await page.getByRole('progressbar').first().waitFor();
      await page.getByText('Every open deal has a number now.').waitFor({ timeout: 300_000 });
      check((await admin.get('/models')).items.some((model) => model.aliases.includes('champion')), 'a version is in force');

      await page.getByRole('link', { name: 'Look at the deals' }).click();
      const { items, total } = await admin.get('/deals?limit=1');
      await page.getByRole('heading', { level: 1, name: new RegExp(`^${total.toLocaleString('en-US')} open deals`) }).waitFor();
      await page.getByRole('grid').getByRole('link').first().click();
      await page.waitForURL(/\/deals\/./);
      await page.getByRole('heading', { level: 1, name: items[0].name ?? items[0].deal_id }).waitFor();
      const shown = await page.locator('header .finding.text-3xl').innerText();
      near(readNumber(shown), items[0].win.value * 100, 0.51, 'the probability on the page');
      check(fresh.errors.length === 0, fresh.errors.join('\n'));
      await fresh.forgetPages();
    },
  },
  {
    name: 'a long job is cancelled from the page and leaves nothing half-done',
    async run(company) {
      const admin = await company.as('admin');
      const before = (await admin.get('/models')).items.length;
      const page = await admin.open('/models');
      await page.getByRole('button', { name: 'Train a new version' }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText(/Cancelled; nothing was left half-done|Trained/).waitFor();
      check((await admin.get('/models')).items.length - before <= 1, 'at most the version that was ready');
    },
  },
];
