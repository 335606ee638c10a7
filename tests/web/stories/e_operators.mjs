import { check, equal } from '../company.mjs';

export const stories = [
  {
    name: 'revops 1 to 3: the import, its rejects, hygiene with its cost, late edits and leaks',
    async run(company) {
      const revops = await company.as('revops');
      const page = await revops.open('/data');
      const { items } = await revops.get('/imports');
      await page.getByRole('heading', { level: 1, name: /import of/i }).waitFor();
      const rows = page.getByRole('region', { name: 'Imports' }).locator('tbody tr');
      equal(await rows.count(), items.length, 'imports listed');
      const rejected = items.find((entry) => entry.rejects > 0);
      if (rejected) {
        await rows.getByRole('button').first().click();
        await page.getByRole('dialog').getByRole('table').waitFor();
        await page.keyboard.press('Escape');
      }
      for (const name of [/Hygiene/, /Leak audit/]) await page.getByRole('region', { name }).waitFor();
      await page.getByText('Late and back-dated edits').waitFor();
    },
  },
  {
    name: 'revops 4: the whole result as CSV, with exactly the rows that are filtered',
    async run(company) {
      const revops = await company.as('revops');
      const page = await revops.open('/deals?min_win=0.3');
      const { total } = await revops.get('/deals?limit=1&min_win=0.3');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'CSV' }).click(),
      ]);
      const { readFileSync } = await import('node:fs');
      const lines = readFileSync(await download.path(), 'utf8').trim().split('\n');
      equal(lines.length - 1, total, 'lines of the file');
    },
  },
  {
    name: 'revops 6: precision of alerts, and a chart as table and as files',
    async run(company) {
      const revops = await company.as('revops');
      const page = await revops.open('/trust');
      await page.getByRole('region', { name: /Precision of alerts/ }).waitFor();
      const figure = page.getByRole('figure', { name: /Stated against happened/ });
      await figure.getByRole('button', { name: 'Show as a table' }).click();
      check((await figure.locator('tbody tr').count()) > 0, 'the chart opens as a table');
      const [csv] = await Promise.all([
        page.waitForEvent('download'),
        figure.getByRole('button', { name: 'Save as CSV' }).click(),
      ]);
      check(csv.suggestedFilename().endsWith('.csv'), csv.suggestedFilename());
      await figure.getByRole('button', { name: 'Show as a picture' }).click();
      const [svg] = await Promise.all([
        page.waitForEvent('download'),
        figure.getByRole('button', { name: 'Save as SVG' }).click(),
      ]);
      check(svg.suggestedFilename().endsWith('.svg'), svg.suggestedFilename());
    },
  },
  {
    name: 'ML engineer 1 to 5: gates with evidence, drift, card and difference',
    async run(company) {
      const revops = await company.as('revops');
      const page = await revops.open('/models');
      const { items } = await revops.get('/models');
      equal(await page.getByRole('region', { name: 'Versions' }).locator('tbody tr').count(), items.length, 'versions');
      const champion = items.find((model) => model.aliases.includes('champion'));
      const detail = await revops.get(`/models/${champion.version}`);
      for (const gate of detail.gates) await page.getByText(gate.name, { exact: true }).first().waitFor();
      await page.getByRole('button', { name: 'Model card' }).click();
      await page.getByRole('dialog').getByRole('heading').nth(1).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('region', { name: /Drift/ }).waitFor();
    },
  },
];
