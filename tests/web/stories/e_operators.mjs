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
    name: 'revops 4: last quarter replayed Monday by Monday for the review, with where it landed, as CSV',
    async run(company) {
      const revops = await company.as('revops');
      const page = await revops.open('/forecast');
      const { data } = await revops.get('/meta');
      const last = data.quarters.map(({ name }) => name).filter((name) => name < data.current_quarter).sort().at(-1);
      await page.getByRole('button', { name: `Replay ${last}` }).click();
      await page.waitForURL(new RegExp(`period=${last}`));
      const fan = await revops.get(`/forecast/fan?period=${last}`);
      const landed = (await revops.get(`/forecast?period=${last}`)).top.booked.amount_minor;
      const inside = fan.points.filter(({ band }) => band.p10.amount_minor <= landed && landed <= band.p90.amount_minor).length;
      const figure = page.getByRole('figure', { name: /Through the quarter/ });
      await figure.getByText(new RegExp(`${inside} of ${fan.points.length} Mondays’ bands held it`)).first().waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        figure.getByRole('button', { name: 'Save as CSV' }).click(),
      ]);
      const { readFileSync } = await import('node:fs');
      const lines = readFileSync(await download.path(), 'utf8').trim().split(/\r?\n/);
      equal(lines.length - 1, fan.points.length, 'a line per Monday');
      fan.points.forEach((point, i) => {
        check(lines[i + 1].includes(point.as_of.slice(0, 10)), `line ${i + 1} is of ${point.as_of}`);
        for (const amount of [point.band.p10, point.mean, point.band.p90, { amount_minor: landed }]) {
          check(lines[i + 1].includes(String(amount.amount_minor / 100)), `line ${i + 1} holds ${amount.amount_minor / 100}: ${lines[i + 1]}`);
        }
      });
    },
  },
  {
    name: 'revops 5: changed quotas and hierarchy by the day they took effect, with before and after',
    async run(company) {
      const revops = await company.as('revops');
      const page = await revops.open('/data');
      const section = page.getByRole('region', { name: /Quotas, hierarchy and calendar/ });
      const week = await revops.get('/data/organisation-changes');
      const quota = week.items.find((change) => change.kind === 'quota');
      const team = week.items.find((change) => change.kind === 'team');
      check(quota && team, `a quota and a team changed since ${week.since}`);
      check(quota.amount_after.amount_minor - quota.amount_before.amount_minor === 10_000_000, 'raised by 100,000');
      equal(await section.locator('tbody tr').count(), Math.min(12, week.total), 'changes since last Monday');
      const row = await section.getByRole('row').filter({ hasText: team.subject }).filter({ hasText: team.before }).filter({ hasText: team.after }).first().innerText();
      check(row.includes(team.before) && row.includes(team.after), `${team.subject}: before and after`);
      const raised = await section.getByRole('row').filter({ hasText: quota.subject }).first().innerText();
      const day = new Date(quota.effective).toLocaleDateString('en-US', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
      check(raised.startsWith(day), `the day it took effect, ${day}: ${raised}`);
      await section.getByRole('button', { name: 'All' }).click();
      const ever = await revops.get('/data/organisation-changes?since=1970-01-01');
      check(ever.items.some((change) => change.kind === 'quotas' && change.count > 1), 'quotas of a period are one line');
      await section.getByText(new RegExp(`${ever.total} changes since the first import`)).waitFor();
      const then = await revops.get('/data/organisation-changes?since=1970-01-01&as_of=2026-11-01');
      check(!then.items.some((change) => change.kind === 'quota'), 'the past does not know of it');
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
      const { items } = await admin.get('/data/organisation-changes');
      const changed = items.filter((change) => change.kind === 'calendar');
      check(changed.some((change) => change.before === before.fiscal_calendar && change.after === 'monthly:2' && change.actor), 'the change is listed with before and after');
      const audit = await admin.open('/settings?part=audit');
      await audit.getByText('monthly:2').first().waitFor();
      await audit.getByRole('button', { name: 'Verify the chain' }).click();
      await audit.getByRole('note').first().waitFor();
    },
  },
  {
    name: 'revops 6: who muted which rule when and why, and numbers with their history, beside what the rule was worth',
    async run(company) {
      const admin = await company.as('admin');
      const settings = await admin.open('/settings?part=alerts');
      const { rules } = await admin.get('/trust/alerts');
      const rule = rules.find((one) => one.rule === 'silent');
      const table = settings.getByRole('region', { name: /Alert rules/ });
      await table.getByLabel(/^Why/).fill('Two teams do not log calls');
      await table.getByRole('checkbox').nth(rules.indexOf(rule)).click();
      await settings.getByText('The rule was changed.').first().waitFor();
      await admin.settle(settings);
      const number = table.getByRole('spinbutton').nth(rules.filter((one) => one.threshold !== null).indexOf(rule));
      await number.fill(String(rule.threshold + 3));
      await number.press('Tab');
      await settings.getByText('The rule was changed.').nth(1).waitFor().catch(() => undefined);

      const page = await (await company.as('revops')).open('/trust');
      const section = page.getByRole('region', { name: /Muted rules and changed numbers/ });
      await section.getByText(`1 of ${rules.length} rules is muted`).waitFor();
      const texts = await section.locator('tbody tr').allInnerTexts();
      const muted = texts.find((text) => text.includes('muted'));
      check(muted?.includes('Two teams do not log calls'), `why it was muted: ${muted}`);
      check(/@/.test(muted), 'and who did it');
      check(texts.some((text) => text.includes(`${rule.threshold} → ${rule.threshold + 3}`)), `the number before and after: ${texts.join(' / ')}`);
      const { items } = await admin.get('/alerts/changes');
      check(items.every((change, i) => i === 0 || change.at <= items[i - 1].at), 'the newest first');
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
    name: 'ML engineer 2: drift that changed decisions comes first, with how many deals it moved',
    async run(company) {
      const revops = await company.as('revops');
      const page = await revops.open('/models');
      const { drift, digest } = await revops.get('/monitoring');
      const drifted = drift.filter((feature) => feature.verdict !== 'stable');
      const decisions = new Map(digest.decisions.features.map((feature) => [feature.feature, feature]));
      check(drift.every((feature) => decisions.has(feature.feature)), 'every field says what it did to decisions');
      check(digest.decisions.features.some((feature) => feature.points !== 0), 'some field moved chances');
      const section = page.getByRole('region', { name: /Drift/ });
      const cells = await section.locator('tbody tr td:nth-child(4)').allInnerTexts();
      check(cells.every((cell) => /points, [\d,]+ crossed, [\d,]+ reranked/.test(cell)), `what drift did: ${cells[0]}`);
      const changed = drifted.filter(({ feature }) => decisions.get(feature).crossed + decisions.get(feature).reranked > 0);
      if (drifted.length > 0) await section.getByText(changed.length > 0 ? `${changed.length} of ${drifted.length} shifted fields changed decisions` : /none changed a decision/).waitFor();
    },
  },
  {
    name: 'ML engineer 3: what the model expects of itself stands beside the outcomes that landed, month by month',
    async run(company) {
      const revops = await company.as('revops');
      const page = await revops.open('/models');
      const { digest } = await revops.get('/monitoring');
      const section = page.getByRole('region', { name: /Expected and landed/ });
      const shown = await section.locator('dl').innerText();
      check(shown.includes(digest.expected_performance.log_loss.toFixed(3)), 'the estimate before labels land');
      equal(await section.locator('tbody tr').count(), digest.cohorts.length, 'months with outcomes');
    },
  },
  {
    name: 'ML engineer 6: time, memory and determinism of last night',
    async run(company) {
      const revops = await company.as('revops');
      const page = await revops.open('/models');
      const [run] = (await revops.get('/monitoring/runs')).items;
      check(run, 'there was a daily run');
      const section = page.getByRole('region', { name: /Last night/ });
      equal(await section.locator('tbody tr').count(), run.steps.length, 'steps shown');
      const score = run.steps.find((step) => step.step === 'score');
      check(score.seconds > 0 && score.processor_seconds > 0 && score.peak_bytes > 1e6, `measured: ${JSON.stringify(score)}`);
      check(run.computed_again > 0, 'scores were computed a second time');
      equal(run.identical, run.computed_again, 'the same bytes');
      await section.getByText(`Deterministic: ${run.identical} of ${run.computed_again} scores`).waitFor();
      const row = await section.getByRole('row', { name: /^Scores/ }).innerText();
      check(row.includes(`${Math.round(score.peak_bytes / 1e6).toLocaleString('en-US')} MB`), `memory: ${row}`);
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
