import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { check, equal } from '../company.mjs';

export const stories = [
  {
    name: 'upload to imported: files dropped, looked at, stored; the same files again add nothing',
    async run(company) {
      const admin = await company.as('admin');
      const page = await admin.open('/data');
      const folder = process.env.EXPORT;
      const files = readdirSync(folder).filter((name) => name.endsWith('.csv')).map((name) => join(folder, name));
      await page.locator('input[type=file]').setInputFiles(files);
      await page.getByText(/^(Read as|No known export)/).waitFor();
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      const result = page.getByText(/rows read/);
      await result.waitFor();
      check(/ 0 new events/.test(await result.innerText()), `the same export again: ${await result.innerText()}`);
    },
  },
  {
    name: 'a version is put in force with a reason, and rolled back',
    async run(company) {
      const admin = await company.as('admin');
      const before = await admin.get('/models');
      const champion = before.items.find((model) => model.aliases.includes('champion'));
      const job = await admin.post('/jobs', { kind: 'train' });
      let now = job;
      for (let tries = 0; tries < 1500 && ['queued', 'running'].includes(now.status); tries += 1) {
        now = await admin.get(`/jobs/${job.job_id}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      check(['done', 'refused'].includes(now.status), `training ended ${now.status}: ${now.error}`);
      const { items } = await admin.get('/models');
      const other = items.find((model) => model.version !== champion.version);
      if (!other) return; // The same data and settings make the same version: nothing to change over to.
      const page = await admin.open(`/models?version=${other.version}`);
      await page.getByRole('button', { name: 'Put in force' }).click();
      await page.getByRole('dialog').getByLabel('Why').fill('Newer data');
      await page.getByRole('dialog').getByRole('button', { name: 'Put in force' }).click();
      await page.getByText(/is in force/).first().waitFor();
      equal((await admin.get('/models/champion')).summary.version, other.version, 'in force');
      await page.reload();
      await page.getByRole('button', { name: 'Roll back' }).click();
      await page.getByRole('dialog').getByLabel('Why').fill('Looks odd in one region');
      await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      equal((await admin.get('/models/champion')).summary.version, champion.version, 'back in force');
    },
  },
  {
    name: 'pins of a scenario answer at once and live in the address',
    async run(company) {
      const leader = await company.as('leader');
      const page = await leader.open('/forecast');
      const section = page.getByRole('region', { name: /Make or break/ });
      await section.waitFor();
      const won = section.getByRole('button', { name: 'won' }).first();
      if ((await won.count()) === 0) return;
      await won.click();
      await page.waitForURL(/pins=/);
      await section.getByText('1 deal pinned').waitFor();
      await section.getByText(/Mean/).first().waitFor();
      await won.click();
      await page.waitForURL((url) => !url.search.includes('pins='));
    },
  },
];
