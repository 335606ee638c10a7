import { check, PATIENCE, violations } from '../company.mjs';

export const stories = [
  {
    name: 'axe finds nothing on any page, light and dark',
    async run(company) {
      const admin = await company.as('admin');
      const { items } = await admin.get('/deals?limit=1');
      const paths = [
        '/', '/deals', `/deals/${items[0].deal_id}`, '/forecast', '/trust', '/models', '/data',
        '/settings', '/settings?part=company', '/settings?part=alerts', '/settings?part=users', '/settings?part=audit', '/no-such-page',
      ];
      const found = [];
      for (const path of paths) {
        const page = await admin.open(path);
        for (const theme of ['light', 'dark']) {
          await page.evaluate((name) => { document.documentElement.dataset.theme = name; }, theme);
          await page.waitForFunction(() => document.getAnimations().length === 0);
          for (const violation of await violations(page)) found.push(`${path} ${theme}: ${violation}`);
        }
        await page.close();
      }
      check(found.length === 0, found.join('\n'));
    },
  },
  {
    name: 'axe finds nothing on pages that load, failed or are refused, light and dark',
    async run(company) {
      const admin = await company.as('admin');
      const { items } = await admin.get('/deals?limit=1');
      const paths = ['/', '/deals', `/deals/${items[0].deal_id}`, '/forecast', '/trust', '/models', '/data'];
      const problem = (status, code) => (route) => route.fulfill({
        status, contentType: 'application/problem+json',
        body: JSON.stringify({ type: `/problems/${code}`, title: code, status, code, detail: 'Told so.' }),
      });
      const states = [
        ['loading', () => undefined, (page) => page.getByRole('status', { name: 'Loading' }).first()],
        ['failed', problem(500, 'internal'), (page) => page.getByRole('button', { name: 'Try again' }).first()],
        ['refused', problem(403, 'denied'), (page) => page.getByText('Told so.').first()],
      ];
      const found = [];
      for (const path of paths) {
        for (const [state, answer, sign] of states) {
          const page = await admin.context.newPage();
          await page.route(/\/api\/v1\/(?!session|meta)/, answer);
          await page.goto(company.base + path);
          await sign(page).waitFor({ timeout: 30_000 }).catch(() => found.push(`${path} ${state}: nothing tells it`));
          for (const theme of ['light', 'dark']) {
            await page.evaluate((name) => { document.documentElement.dataset.theme = name; }, theme);
            // The button under the pointer fades between the themes; its colours halfway are nobody's.
            await page.waitForFunction(() => document.getAnimations().every((one) => !(one instanceof CSSTransition)));
            for (const violation of await violations(page)) found.push(`${path} ${state} ${theme}: ${violation}`);
          }
          await page.close();
        }
      }
      check(found.length === 0, found.join('\n'));
    },
  },
  {
    name: 'axe finds nothing on pages that are empty, partial, without signal or stale, light and dark',
    async run(company) {
      const admin = await company.as('admin');
      const { items } = await admin.get('/deals?limit=1');
      const paths = ['/', '/deals', `/deals/${items[0].deal_id}`, '/forecast', '/trust', '/models', '/data'];
      /** Answers of the server with a change made to every one. */
      const changed = (change) => async (route) => {
        const response = await route.fetch();
        if (!response.ok() || !(response.headers()['content-type'] ?? '').includes('json')) return route.fulfill({ response });
        const body = await response.json();
        change(body);
        return route.fulfill({ response, json: body });
      };
      const noted = (member, text) => changed((body) => { if (body?.basis) body.basis[member] = text; });
      const emptied = changed((body) => {
        for (const [name, value] of Object.entries(body ?? {})) if (Array.isArray(value)) body[name] = [];
        if (typeof body?.total === 'number') body.total = 0;
      });
      const failed = (route) => route.fulfill({
        status: 500, contentType: 'application/problem+json',
        body: JSON.stringify({ type: '/problems/internal', title: 'internal', status: 500, code: 'internal', detail: 'Told so.' }),
      });
      const states = [
        ['empty', emptied],
        ['partial', noted('note', 'Two sources are a week late.'), 'Two sources are a week late.'],
        ['without signal', noted('refusal', 'No model beat the base rates.')],
        ['stale', null, /could not be brought up to date/],
      ];
      const found = [];
      // A browser of their own: the clock that is set belongs to all its pages.
      const context = await admin.context.browser().newContext({
        viewport: { width: 1440, height: 900 }, locale: 'en-US', storageState: await admin.context.storageState(),
      });
      let late = 0;
      for (const path of paths) {
        for (const [state, answer, sign] of states) {
          const page = await context.newPage();
          const errors = [];
          page.on('pageerror', (error) => errors.push(error.message));
          if (answer) await page.route(/\/api\/v1\/(?!session|meta)/, answer);
          await page.goto(company.base + path);
          await admin.settle(page);
          if (!answer) {
            await page.route(/\/api\/v1\/(?!session|meta)/, failed);
            // A minute later the connection comes back, and what is shown is asked for again.
            late += 60_000;
            await page.clock.setSystemTime(Date.now() + late);
            await page.evaluate(() => { for (const event of ['offline', 'online']) globalThis.dispatchEvent(new Event(event)); });
          }
          const needed = sign && !(state === 'partial' && (path === '/data' || path === '/models'));
          if (needed) await page.getByText(sign).first().waitFor({ timeout: 30_000 }).catch(() => found.push(`${path} ${state}: nothing tells it`));
          for (const theme of ['light', 'dark']) {
            await page.evaluate((name) => { document.documentElement.dataset.theme = name; }, theme);
            await page.waitForFunction(() => document.getAnimations().every((one) => !(one instanceof CSSTransition)));
            for (const violation of await violations(page)) found.push(`${path} ${state} ${theme}: ${violation}`);
          }
          for (const error of errors) found.push(`${path} ${state}: ${error}`);
          await page.close();
        }
      }
      await context.close();
      check(found.length === 0, found.join('\n'));
    },
  },
  {
    name: 'axe finds nothing on a telephone, light and dark',
    async run(company) {
      const admin = await company.as('admin');
      const { items } = await admin.get('/deals?limit=1');
      const paths = [
        '/', '/deals', `/deals/${items[0].deal_id}`, '/forecast', '/trust', '/models', '/data',
        '/settings', '/settings?part=company', '/settings?part=alerts', '/settings?part=users', '/settings?part=audit', '/no-such-page',
      ];
      const found = [];
      for (const path of paths) {
        const page = await admin.open(path);
        await page.setViewportSize({ width: 390, height: 844 });
        for (const theme of ['light', 'dark']) {
          await page.evaluate((name) => { document.documentElement.dataset.theme = name; }, theme);
          await page.waitForFunction(() => document.getAnimations().length === 0);
          for (const violation of await violations(page)) found.push(`${path} ${theme}: ${violation}`);
        }
        await page.close();
      }
      check(found.length === 0, found.join('\n'));
    },
  },
  {
    name: 'no page and no table on it is wider than a telephone',
    async run(company) {
      const admin = await company.as('admin');
      const { items } = await admin.get('/deals?limit=1');
      const paths = [
        '/', '/deals', `/deals/${items[0].deal_id}`, '/forecast', '/trust', '/models', '/data',
        '/settings?part=users', '/settings?part=audit',
      ];
      for (const path of paths) {
        const page = await admin.open(path);
        await page.setViewportSize({ width: 390, height: 844 });
        // Charts are drawn anew for the width they have got.
        await page.waitForFunction(() => [...document.querySelectorAll('main svg')].every((chart) => chart.clientWidth <= 390));
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        check(width <= 390, `${path} is ${width} pixels wide`);
        const hidden = await page.evaluate(() =>
          [...document.querySelectorAll('main [role="table"], main [role="grid"]')]
            .filter((table) => table.closest('[class*="overflow-"]'))
            .map((table) => [table.closest('[class*="overflow-"]'), table])
            .filter(([box]) => box.scrollWidth > box.clientWidth + 1)
            .map(([box, table]) => `${box.getAttribute('aria-label') ?? table.textContent.slice(0, 40)}: ${box.scrollWidth} of ${box.clientWidth}`));
        check(hidden.length === 0, `${path} has to be scrolled sideways: ${hidden.join('; ')}`);
        const unnamed = await page.locator('main [role="table"] td:not(:first-child):visible:not([data-label])').evaluateAll((cells) => cells.filter((cell) => cell.closest('table').querySelectorAll('th').length > 0).map((cell) => cell.textContent.trim()).filter(Boolean));
        check(unnamed.length === 0, `${path} has figures without a name: ${unnamed.slice(0, 3).join('; ')}`);
        await page.close();
      }
    },
  },
  {
    name: 'the first page needs less than 250 kB of compressed script and shows itself within a second',
    async run(company) {
      const { gzipSync } = await import('node:zlib');
      const admin = await company.as('admin');
      const page = await admin.context.newPage();
      let bytes = 0;
      const sizes = [];
      page.on('response', (response) => {
        if (!/\.js$/.test(new URL(response.url()).pathname)) return;
        sizes.push(response.body().then((body) => { bytes += gzipSync(body).length; }));
      });
      await page.goto(`${company.base}/`);
      await admin.settle(page);
      await Promise.all(sizes);
      check(bytes < 250_000, `${bytes} bytes of compressed script`);
      const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
      // Twice the budget of a quiet machine: tests run beside each other.
      check(paint < 2000, `first contentful paint after ${Math.round(paint)} ms`);
      console.log(`        ${(bytes / 1000).toFixed(0)} kB of script, first paint ${Math.round(paint)} ms`);
    },
  },
  {
    name: 'the language can be changed to German and stays so',
    async run(company) {
      const person = await company.as('admin');
      const page = await person.open('/deals');
      await page.getByRole('button', { name: 'Account', exact: true }).click();
      await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
      await page.getByRole('link', { name: 'Montag' }).waitFor();
      check((await page.locator('html').getAttribute('lang')) === 'de', 'the page says so');
      await page.reload();
      await page.getByRole('link', { name: 'Montag' }).waitFor();
      await page.evaluate(() => localStorage.removeItem('ri.language'));
    },
  },
  {
    name: 'a deal read in German holds no English sentence',
    async run(company) {
      const person = await company.as('admin');
      const { items } = await person.get('/deals?limit=1&sort=-amount');
      const page = await person.open(`/deals/${items[0].deal_id}`);
      const english = /\b(the|were|had|or more|or less|deals won|past deals|not known|would|days)\b/i;
      const before = await page.locator('main').innerText();
      check(english.test(before), 'the page was English before');
      await page.getByRole('button', { name: 'Account', exact: true }).click();
      await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
      await page.getByRole('link', { name: 'Montag' }).waitFor();
      // Each part of the page asks again and keeps what it had until the answer is there.
      let lines = [];
      let left = [];
      const deadline = Date.now() + PATIENCE;
      do {
        await person.settle(page);
        lines = (await page.locator('main').innerText()).split('\n');
        left = lines.filter((line) => english.test(line));
      } while (left.length > 0 && Date.now() < deadline);
      await page.evaluate(() => localStorage.removeItem('ri.language'));
      check(left.length === 0, left.join('\n'));
      check(lines.some((line) => /gewonnenen Deals/.test(line)), 'reasons beside their peers, in German');
    },
  },
  {
    name: 'no page threw an error on the way',
    async run(company) {
      check(company.errors.length === 0, company.errors.join('\n'));
    },
  },
];
