import { check, equal } from '../company.mjs';

export const stories = [
  {
    name: 'a stranger is asked to sign in and comes back to where he wanted to go',
    async run(company) {
      const stranger = await company.stranger();
      const page = await stranger.open('/deals?sort=win');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      equal(new URL(page.url()).searchParams.get('then'), '/deals?sort=win', 'kept address');
      await page.getByLabel('E-mail').fill('nobody@example.com');
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      equal(await stranger.status('/deals'), 401, 'deals for a stranger');
      await stranger.context.close();
    },
  },
  {
    name: 'a one-time link works once, and the password set with it works after it',
    async run(company) {
      const admin = await company.as('admin');
      const invited = await admin.post('/users', {
        email: 'viewer-two@example.com', name: 'Another viewer', role: 'viewer', rep_id: null, sees_all: true,
      });
      const first = await company.stranger();
      const page = await first.context.newPage();
      await page.goto(company.base + invited.link_path);
      await page.waitForURL(/settings/);
      check(!page.url().includes(invited.link_token), 'the token has left the address');
      await page.getByLabel('New password').fill('a long enough secret');
      await page.getByRole('button', { name: 'Set password' }).click();
      await page.getByText('Password set').waitFor();
      await first.context.close();

      const again = await company.stranger();
      const second = await again.context.newPage();
      await second.goto(company.base + invited.link_path);
      await second.getByRole('alert').waitFor();
      await second.getByLabel('E-mail').fill('viewer-two@example.com');
      await second.getByLabel('Password').fill('a long enough secret');
      await second.getByRole('button', { name: 'Sign in' }).click();
      await second.getByRole('navigation', { name: 'Pages' }).waitFor();
      await again.context.close();
    },
  },
  {
    name: 'a rep sees no page and no deal that is not his',
    async run(company) {
      const rep = await company.as('rep');
      const admin = await company.as('admin');
      const page = await rep.open('/');
      equal(await page.getByRole('link', { name: 'Models', exact: true }).count(), 0, 'link to models');
      const models = await rep.open('/models');
      await models.getByText('This page is not open to you').waitFor();
      const own = await rep.get('/deals?limit=1000');
      check(own.items.length > 0, 'the rep has deals');
      const all = await admin.get('/deals?limit=1000');
      const seen = new Set(own.items.map((deal) => deal.deal_id));
      const foreign = all.items.find((deal) => !seen.has(deal.deal_id));
      check(foreign, 'there is a deal of somebody else');
      const denied = await rep.open(`/deals/${foreign.deal_id}`);
      await denied.getByText('There is no such deal, or it is not yours to see').waitFor();
    },
  },
];
