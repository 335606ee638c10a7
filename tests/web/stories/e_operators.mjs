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
    name: 'revops 4: last quarter is replayed from a past Monday and exported to CSV as it was known then',
    async run(company) {
      const revops = await company.as('revops');
      const { data } = await revops.get('/meta');
      const past = data.quarters.find((quarter) => quarter.name < data.current_quarter && quarter.end <= data.as_of_last);
      check(past, 'there is a past quarter');
      const asOf = new Date(Date.parse(past.end) - 28 * 86_400_000).toISOString().slice(0, 10);
      const page = await revops.open(`/deals?as_of=${asOf}`);
      await page.getByText('You are looking at a past day').waitFor();
      const { total } = await revops.get(`/deals?limit=1&as_of=${asOf}`);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'CSV' }).click(),
      ]);
      const { readFileSync } = await import('node:fs');
      const lines = readFileSync(await download.path(), 'utf8').trim().split('\n');
      equal(lines.length - 1, total, 'lines of the replayed day');
    },
  },
  {
    name: 'revops 5: a change of the fiscal calendar is undone in one step and stays in the audit',
    async run(company) {
      const admin = await company.as('admin');
      const before = await admin.get('/settings');
      const page = await admin.open('/settings?part=company');
      await page.getByLabel('The year begins in').selectOption({ label: 'February' });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Settings saved').waitFor();
      equal((await admin.get('/settings')).fiscal_calendar, 'monthly:2', 'the calendar');
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Taken back').waitFor();
      equal((await admin.get('/settings')).fiscal_calendar, before.fiscal_calendar, 'the calendar, undone');
      const audit = await admin.open('/settings?part=audit');
      await audit.getByText('monthly:2').first().waitFor();
      await audit.getByRole('button', { name: 'Verify the chain' }).click();
      await audit.getByRole('note').first().waitFor();
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
      const drift = page.getByRole('region', { name: /Drift/ });
      await drift.waitFor();
      equal(await drift.locator('tbody tr').count(), Math.min(10, (await revops.get('/monitoring')).drift.length), 'fields shown');
      await page.getByRole('region', { name: /Expected and landed/ }).getByText('Expected log loss').waitFor();
      await page.getByText('Does the same training give the same bytes?').waitFor();
      const changes = page.getByText('Which version was in force when');
      await changes.waitFor();
    },
  },
];
