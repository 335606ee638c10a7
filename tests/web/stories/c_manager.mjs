import { check, equal, near, readNumber } from '../company.mjs';

export const stories = [
  {
    name: 'manager 1 and 6: works the list by keyboard: j, e, and takes it back',
    async run(company) {
      const manager = await company.as('manager');
      const page = await manager.open('/');
      const overview = await manager.get('/overview?worklist=5');
      check(overview.worklist.length > 0, 'there is a worklist');
      const section = page.getByRole('region', { name: /worklist/ });
      equal(await section.locator('ol > li').count(), overview.worklist.length, 'deals on the list');
      await page.locator('body').press('j');
      await page.keyboard.press('e');
      await page.getByText('Marked as reviewed').waitFor();
      const first = overview.worklist[0].deal.deal_id;
      const kept = await manager.get(`/deals/${encodeURIComponent(first)}/decisions`);
      check(kept.items.some((item) => item.kind === 'review'), 'the review is kept');
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Taken back').waitFor();
    },
  },
  {
    name: 'manager 2: what changed per rep since last Monday, each leading to his deals',
    async run(company) {
      const manager = await company.as('manager');
      const page = await manager.open('/');
      const section = page.getByRole('region', { name: /What changed per rep/ });
      const { worklist } = await manager.get('/overview?worklist=50');
      const owners = new Set(worklist.map((item) => item.deal.owner?.rep_id).filter(Boolean));
      await section.getByRole('row').nth(1).waitFor();
      equal((await section.getByRole('row').count()) - 1, owners.size, 'reps shown');
      const silent = worklist.filter((item) => item.deal.owner && item.changed.length === 0).length;
      const cells = await section.locator('tbody tr td:last-child').allInnerTexts();
      equal(cells.reduce((sum, cell) => sum + (Number(cell) || 0), 0), silent, 'silent deals');
      await section.getByRole('link').first().click();
      await page.waitForURL(/\/deals\?.*owner=/);
      await page.getByRole('grid').locator('[data-row="0"]').waitFor();
    },
  },
  {
    name: 'manager 3: commit deals the model doubts, the least likely first',
    async run(company) {
      const manager = await company.as('manager');
      const page = await manager.open('/');
      const { items } = await manager.get('/deals?forecast_category=Commit&sort=win_by_quarter_end&limit=4');
      const section = page.getByRole('region', { name: /Where call and model part/ });
      await section.waitFor();
      for (const deal of items) await section.getByRole('link', { name: deal.name ?? deal.deal_id, exact: true }).first().waitFor();
      await section.getByRole('link', { name: 'See all' }).first().click();
      await page.waitForURL(/forecast_category=/);
    },
  },
  {
    name: 'manager 6: snoozes a deal, sets a follow-up date, and both are kept',
    async run(company) {
      const manager = await company.as('manager');
      const { items } = await manager.get('/deals?limit=2');
      const deal = items.at(-1);
      const page = await manager.open(`/deals/${deal.deal_id}`);
      const group = page.getByRole('group', { name: /Decide on/ });
      await group.getByRole('button', { name: 'Snooze' }).click();
      await page.getByRole('dialog').getByRole('button').first().click();
      await page.getByText('Snoozed', { exact: true }).first().waitFor();
      const kept = await manager.get(`/deals/${deal.deal_id}/decisions`);
      check(kept.items.some((item) => item.kind === 'snooze' && item.until), 'the snooze has an end');
      await page.getByRole('button', { name: 'Undo' }).first().click();
      await page.getByText('Taken back').waitFor();
    },
  },
  {
    name: 'manager 5: calls of a quarter that is over are judged against the model, by the reason that was given',
    async run(company) {
      const leader = await company.as('leader');
      const { top, currency } = await leader.get('/forecast?period=2026Q3');
      const landed = top.booked.amount_minor;
      const dana = (await leader.get('/trust/overrides')).items.find(({ actor }) => actor.includes('dana'));
      equal(dana.judged, 3, 'calls of a quarter that is over');
      const parts = new Map(dana.reasons.map((part) => [part.reason_code, part]));
      near(parts.get('timing').bias.amount_minor, 200_000_000 - landed, 2, 'bias of the call for timing');
      near(parts.get('deal_knowledge').error.amount_minor, (Math.abs(90_000_000 - landed) + Math.abs(100_000_000 - landed)) / 2, 2, 'mean error of what was known of deals');
      equal(parts.get('timing').model_error.amount_minor, Math.abs(150_000_000 - landed), 'the model beside it');

      const page = await leader.open('/trust');
      const section = page.getByRole('region', { name: /Value of calls and overrides/ });
      const rows = await section.locator('tbody tr').allInnerTexts();
      const first = rows.findIndex((row) => row.includes(dana.actor));
      check(/3 \/ 3/.test(rows[first]), `judged of given: ${rows[first]}`);
      const reasons = rows.slice(first + 1, first + 3).join(' | ');
      check(/I know something of the deals/.test(reasons) && /Timing/.test(reasons), `by reason: ${reasons}`);
      check(/2 \/ 2/.test(reasons) && /1 \/ 1/.test(reasons), `judged by reason: ${reasons}`);

      // A call for a quarter that is over is kept, and judged by nobody.
      await leader.post('/forecast/submissions', {
        period: '2026Q3', node_id: 'total', kind: 'call', category: 'commit', amount: { amount_minor: landed, currency },
      });
      const own = (await leader.get('/trust/overrides')).items.find((item) => item.own);
      equal(own.judged, 0, 'calls given afterwards that count');
    },
  },
  {
    name: 'manager 5: sees what his past overrides were worth, himself first',
    async run(company) {
      const manager = await company.as('manager');
      const page = await manager.open('/trust');
      await page.getByRole('region', { name: /Value of calls and overrides/ }).waitFor();
      const { items } = await manager.get('/trust/overrides');
      if (items.length === 0) await page.getByText(/Nobody has submitted a call yet|No period with submissions/).waitFor();
    },
  },
  {
    name: 'manager 4: reasons add up to the number on the screen, and a reason shows its peers',
    async run(company) {
      const manager = await company.as('manager');
      const { items } = await manager.get('/deals?limit=1');
      const page = await manager.open(`/deals/${items[0].deal_id}`);
      const section = page.getByRole('region', { name: /Why this number/ });
      const changes = await section.locator('tbody tr td:last-child').allInnerTexts();
      const [base, ...steps] = changes.map(readNumber);
      const shown = steps.pop();
      near(steps.reduce((sum, step) => sum + step, base), shown, 0.05 * (steps.length + 2), 'the sum of the reasons');
      near(shown / 100, items[0].win.value, 0.001, 'the number on the screen');
      await section.locator('tbody button').first().focus();
      check((await section.locator('[aria-live]').innerText()).length > 20, 'peers are shown on focus');
      await manager.get(`/deals/${items[0].deal_id}/similar`);
      await page.getByText(/Similar past deals/).waitFor();
    },
  },
  {
    name: 'manager 5: submits a call with a reason; the model stays beside it',
    async run(company) {
      const manager = await company.as('manager');
      const page = await manager.open('/forecast');
      await page.getByRole('button', { name: 'Submit a call' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(/Amount/).fill('1234567');
      await dialog.getByLabel('Note').fill('Two signatures are in');
      await dialog.getByRole('button', { name: 'Submit' }).click();
      await page.getByText('Call kept').waitFor();
      await page.getByText(/Two signatures are in/).waitFor();
      const { items } = await manager.get('/forecast/submissions');
      equal(items[0].amount.amount_minor, 123456700, 'amount kept to the cent');
      check(items[0].model_mean !== null, 'the number of the model is kept with it');
    },
  },
  {
    name: 'manager 3: what the team counts on this quarter and may not get, the most first, chosen as columns in the address',
    async run(company) {
      const manager = await company.as('manager');
      const page = await manager.open('/deals?columns=name.amount.value_at_risk');
      const head = page.getByRole('columnheader', { name: 'Commit at risk' });
      await head.getByRole('button').click();
      await page.waitForURL(/sort=-quarter_value_at_risk/);
      await manager.settle(page);
      check(new URL(page.url()).searchParams.get('columns') === 'name.amount.value_at_risk', 'the columns stay in the address');
      equal(await page.getByRole('columnheader').count(), 3, 'columns shown');
      const { items } = await manager.get('/deals?sort=-quarter_value_at_risk&limit=1000');
      const values = items.map((deal) => deal.quarter_value_at_risk?.amount_minor ?? -1);
      check(values.every((value, index) => index === 0 || value <= values[index - 1]), 'the most first, missing last');
      const first = page.locator('[data-row="0"]', { hasText: items[0].name ?? items[0].deal_id });
      await first.waitFor();
      if (values[0] >= 0) near(readNumber((await first.getByRole('gridcell').last().innerText())), values[0] / 100, values[0] / 1000, 'its value');
    },
  },
  {
    name: 'manager filters, sorts and opens deals by keyboard, and the address keeps it',
    async run(company) {
      const manager = await company.as('manager');
      const page = await manager.open('/deals');
      await page.locator('body').press('/');
      await page.keyboard.type('a');
      await page.waitForURL(/q=a/);
      await page.keyboard.press('Escape');
      await page.getByRole('columnheader', { name: /Amount/ }).getByRole('button').click();
      await page.waitForURL(/sort=-amount/);
      await manager.settle(page);
      const asked = await manager.get('/deals?q=a&sort=-amount&limit=3');
      if (asked.items.length === 0) return;
      const grid = page.getByRole('grid');
      equal(Number(await grid.getAttribute('aria-rowcount')), asked.total + 1, 'rows told to readers');
      await page.locator('[data-row="0"]').focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(new RegExp(`/deals/${asked.items[0].deal_id}`));
    },
  },
];
