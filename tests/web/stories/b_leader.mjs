import { check, equal, near, readNumber } from '../company.mjs';

export const stories = [
  {
    name: 'leader 1: the chance of quota and the band, now against last Monday, with a waterfall that adds up',
    async run(company) {
      const leader = await company.as('leader');
      const page = await leader.open('/');
      const overview = await leader.get('/overview');
      const heading = await page.getByRole('heading', { level: 1 }).innerText();
      for (const outlook of [overview.now, overview.then]) {
        if (typeof outlook?.quota_probability !== 'number') continue;
        const written = `${Math.round(outlook.quota_probability * 100)}%`;
        check(heading.includes(written), `the headline '${heading}' does not say ${written}`);
      }
      check(overview.movement, 'there is a movement since last Monday');
      const section = page.getByRole('region', { name: /Why it moved/ });
      const changes = await section.locator('tbody tr td:last-child').allInnerTexts();
      const [start, ...steps] = changes.map(readNumber);
      const end = steps.pop();
      const sum = steps.reduce((total, step) => total + step, start);
      const unit = overview.movement.unit === 'points' ? 1 : Math.abs(end) * 0.01;
      near(sum, end, unit * (steps.length + 2), 'start and bars add up to the end');
    },
  },
  {
    name: 'leader 2: the three deals and the team that carry the risk lead to themselves',
    async run(company) {
      const leader = await company.as('leader');
      const page = await leader.open('/');
      const overview = await leader.get('/overview');
      if (overview.carriers.length === 0) return;
      const section = page.getByRole('region', { name: /What decides it/ });
      const names = await section.getByRole('listitem').getByRole('link').allInnerTexts();
      check(names.length === Math.min(3, overview.carriers.length), `${names.length} deals shown`);
      await section.getByRole('listitem').getByRole('link').first().click();
      await page.waitForURL(/\/deals\//);
      await page.getByRole('heading', { level: 1, name: names[0] }).waitFor();
    },
  },
  {
    name: 'leader 3 to 5: calls beside the model, what is not created yet, and how right past weeks were',
    async run(company) {
      const leader = await company.as('leader');
      const page = await leader.open('/');
      const overview = await leader.get('/overview');
      if (overview.calls.length) {
        const table = page.getByRole('region', { name: /Commit as called/ }).getByRole('table');
        check((await table.locator('tbody tr').count()) === overview.calls.length, 'a row per team');
      }
      if (overview.next_quarter) {
        await page.getByRole('heading', { name: new RegExp(overview.next_quarter.period) }).waitFor();
      }
      await page.getByText(/How right we were/).first().waitFor();
    },
  },
  {
    name: 'leader 3 and 5: commits are shown with what they closed at, and past weeks with where they landed',
    async run(company) {
      const leader = await company.as('leader');
      const page = await leader.open('/');
      const overview = await leader.get('/overview');
      const known = overview.calls.find((call) => typeof call.closed_before?.value === 'number');
      if (known) {
        const row = page.getByRole('region', { name: /Commit as called/ }).getByRole('row', { name: new RegExp(known.name) });
        const share = `${Math.round(known.closed_before.value * 100)}%`;
        check((await row.innerText()).includes(share), `the row of ${known.name} says ${share}`);
      }
      check(overview.next_quarter, 'next quarter is shown');
      const created = page.getByRole('region', { name: /Next quarter/ });
      await created.getByText('Still to create').waitFor();
    },
  },
  {
    name: 'leader 6: Monday and Forecast print on one page with their as-of stamp',
    async run(company) {
      const leader = await company.as('leader');
      for (const path of ['/', '/forecast']) {
        const page = await leader.open(path);
        await page.emulateMedia({ media: 'print' });
        const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
        const pages = (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length;
        check(pages === 1, `${path} prints on ${pages} pages`);
        check(await page.locator('main').getByText(/As of/).first().isVisible(), 'the stamp is printed');
        check(!(await page.getByRole('navigation', { name: 'Pages' }).isVisible()), 'no navigation');
        equal(await page.getByRole('button', { name: 'Print' }).isVisible(), false, 'the button that prints is on paper');
        await page.locator('main').getByText(/The newest fact in the data is from/).first().waitFor();
        const cut = await page.locator('main').evaluate((main) => [...main.querySelectorAll('*')]
          .filter((one) => one.clientWidth > 0 && /auto|scroll/.test(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight + 1)
          .map((one) => one.getAttribute('aria-label') ?? one.tagName));
        check(cut.length === 0, `${path} cuts off ${cut.join(', ')}`);
      }
    },
  },
  {
    name: 'leader looks from a past Monday, and every page stays there',
    async run(company) {
      const leader = await company.as('leader');
      const page = await leader.open('/deals');
      const now = (await leader.get('/deals?limit=1')).total;
      await page.getByRole('button', { name: 'One Monday back' }).click();
      await page.getByText('You are looking at a past day').waitFor();
      const asOf = new URL(page.url()).searchParams.get('as_of');
      check(/^\d{4}-\d{2}-\d{2}$/.test(asOf ?? ''), `as_of is '${asOf}'`);
      const then = (await leader.get(`/deals?limit=1&as_of=${asOf}`)).total;
      await page.getByRole('heading', { level: 1, name: new RegExp(`^${then.toLocaleString('en-US')} open deals`) }).waitFor();
      await page.getByRole('link', { name: 'Forecast', exact: true }).click();
      await page.waitForURL(/forecast/);
      check(new URL(page.url()).searchParams.get('as_of') === asOf, 'the moment is kept');
      check(now > 0, 'there are deals now');
    },
  },
];
