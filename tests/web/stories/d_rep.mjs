import { check, equal, near, readNumber } from '../company.mjs';

async function firstDeal(rep) {
  const { items } = await rep.get('/deals?limit=1');
  check(items.length === 1, 'the rep has an open deal');
  return items[0];
}

export const stories = [
  {
    name: 'rep 1: sees his own deals by what a touch can still change',
    async run(company) {
      const rep = await company.as('rep');
      const page = await rep.open('/');
      await page.getByRole('region', { name: /worklist/ }).waitFor();
      const overview = await rep.get('/overview');
      const owners = new Set(overview.worklist.map((item) => item.deal.owner?.rep_id));
      check(owners.size <= 1, `deals of ${owners.size} owners`);
    },
  },
  {
    name: 'rep 2: the change since last week is split into parts that add up',
    async run(company) {
      const rep = await company.as('rep');
      const { items } = await rep.get('/deals?limit=50');
      const moved = items.find((deal) => Math.abs(deal.change_points ?? 0) > 0.5) ?? items[0];
      const change = await rep.get(`/deals/${moved.deal_id}/change`);
      const page = await rep.open(`/deals/${moved.deal_id}`);
      const section = page.getByRole('region', { name: /^Since/ });
      await section.waitFor();
      if (!change.then || change.causes.length === 0) return;
      const texts = await section.locator('tbody tr td:last-child').allInnerTexts();
      const [then, ...steps] = texts.map(readNumber);
      const now = steps.pop();
      near(steps.reduce((sum, step) => sum + step, then), now, 0.05 * (steps.length + 2), 'parts of the change');
    },
  },
  {
    name: 'rep 3: the missing facts that would sharpen the estimate, on Monday and on the deal, with what past deals say',
    async run(company) {
      const rep = await company.as('rep');
      const { worklist } = await rep.get('/overview?worklist=5');
      const answers = [];
      for (const { deal } of worklist) answers.push(await rep.get(`/deals/${deal.deal_id}/missing-facts`));
      const sharp = answers.flatMap(({ items }) => items.filter((fact) => fact.enough && fact.moved >= 0.5));
      sharp.sort((a, b) => b.moved - a.moved);
      const monday = await rep.open('/');
      const section = monday.getByRole('region', { name: /Facts that would sharpen/ });
      await section.waitFor();
      equal(await section.locator('tbody tr').count(), Math.min(5, sharp.length), 'facts on Monday');
      if (sharp.length > 0) check((await section.locator('tbody tr').first().innerText()).includes(sharp[0].label), `${sharp[0].label} comes first`);

      const told = answers.find(({ items }) => items.some((fact) => fact.enough));
      check(told, 'some deal of the worklist has an empty fact that past deals had');
      const page = await rep.open(`/deals/${told.deal_id}`);
      const panel = page.getByRole('region', { name: /Missing facts/ });
      equal(await panel.locator('tbody tr').count(), told.items.length, 'facts on the deal');
      const [first] = told.items;
      const row = await panel.locator('tbody tr').first().innerText();
      check(row.toLowerCase().includes(first.label.toLowerCase()), `the row names ${first.label}`);
      for (const record of [first.with, first.without]) {
        check(record.n === 0 || row.includes(`${Math.round((100 * record.won) / record.n)}%`), `the row says what ${record.n} past deals came to`);
      }
    },
  },
  {
    name: 'rep 4: what is not filled, and the realistic close window against his date',
    async run(company) {
      const rep = await company.as('rep');
      const deal = await firstDeal(rep);
      const page = await rep.open(`/deals/${deal.deal_id}`);
      await page.getByRole('button', { name: 'Fields' }).click();
      const facts = await rep.get(`/deals/${deal.deal_id}`);
      const missing = facts.facts.filter((fact) => !fact.value).length;
      const shown = await page.getByText('not filled', { exact: true }).count();
      check(missing === 0 || shown >= Math.min(missing, 1), `${shown} of ${missing} missing facts shown`);
      await page.getByText('When it closes').waitFor();
    },
  },
  {
    name: 'rep 5: a what-if answers while a control moves, and Reset brings the number back',
    async run(company) {
      const rep = await company.as('rep');
      const deal = await firstDeal(rep);
      const page = await rep.open(`/deals/${deal.deal_id}`);
      await rep.get(`/deals/${deal.deal_id}/what-if`);
      const section = page.getByRole('region', { name: /^What if/ });
      await section.waitFor();
      const answered = page.waitForResponse((response) => response.url().includes('what-if') && response.request().method() === 'POST');
      const choice = section.locator('select').first();
      if (await choice.count()) {
        const values = await choice.locator('option').evaluateAll((options) => options.map((option) => option.value));
        const now = await choice.inputValue();
        await choice.selectOption(values.find((value) => value !== now && value !== '') ?? values[0]);
      } else {
        await section.locator('input[type=range], input[type=number]').first().fill('1');
      }
      const response = await answered;
      check(response.ok(), `the what-if answered ${response.status()}`);
      const body = await response.json();
      await section.getByText(`The model would say`).waitFor();
      const sum = body.causes.reduce((total, cause) => total + cause.points, 0);
      near(sum, body.points, 1e-6, 'causes of the what-if');
      await section.getByRole('button', { name: 'Reset' }).click();
      await section.getByText('as it is now').waitFor();
    },
  },
  {
    name: 'rep 6: says "wrong, because", and it is kept with what was on the screen',
    async run(company) {
      const rep = await company.as('rep');
      const deal = await firstDeal(rep);
      const page = await rep.open(`/deals/${deal.deal_id}`);
      await page.getByRole('button', { name: 'Disagree' }).click();
      await page.getByLabel('too low').check();
      await page.getByRole('textbox', { name: /^Why/ }).fill('The budget is approved');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Disagreement kept').waitFor();
      await page.getByText('The budget is approved').waitFor();
      const { items } = await rep.get(`/deals/${deal.deal_id}/decisions`);
      near(items[0].seen.win, deal.win.value, 1e-9, 'the probability that was seen');
    },
  },
];
