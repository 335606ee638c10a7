// Pictures of every page, light and dark, in three widths. Usage: see scripts/screenshots.
import { join } from 'node:path';

import { closeBrowser, openBrowser } from './company.mjs';

const base = new URL(process.env.LINK).origin;
const wanted = process.argv.slice(2);
const HEIGHTS = { 1440: 900, 1024: 768, 390: 844 };
const WIDTHS = (process.env.WIDTHS ?? '1440,1024,390').split(',').map((width) => [Number(width), HEIGHTS[width] ?? 900]);
const THEMES = (process.env.THEMES ?? 'light,dark').split(',');
// The first forecast of a server is computed on request.
const PATIENCE = 180_000;
const browser = await openBrowser();

const first = await browser.newContext();
const page = await first.newPage();
await page.goto(process.env.LINK);
await page.waitForURL((url) => url.pathname !== '/sign-in');
const storageState = await first.storageState();
const answer = await first.request.get(`${base}/api/v1/deals?limit=1`);
const deal = answer.ok() ? (await answer.json()).items[0]?.deal_id : undefined;

const PAGES = {
  monday: '/',
  deals: '/deals',
  ...(deal ? { deal: `/deals/${encodeURIComponent(deal)}` } : {}),
  forecast: '/forecast',
  trust: '/trust',
  models: '/models',
  data: '/data',
  settings: '/settings?part=company',
  users: '/settings?part=users',
  audit: '/settings?part=audit',
};

async function take(name, path, options, stub) {
  for (const [width, height] of WIDTHS) {
    for (const theme of THEMES) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        locale: process.env.LOCALE ?? 'en-US',
        reducedMotion: 'reduce',
        ...options,
      });
      context.setDefaultTimeout(PATIENCE);
      context.setDefaultNavigationTimeout(PATIENCE);
      const sheet = await context.newPage();
      if (stub) await stub(sheet);
      await sheet.goto(base + path);
      await sheet.waitForLoadState('networkidle', { timeout: PATIENCE });
      await sheet.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
      // Charts follow the width of the page; they are drawn before the picture is taken.
      await sheet.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 200)));
      await sheet.screenshot({ path: join(process.env.OUT, `${name}-${width}-${theme}.png`), fullPage: true });
      await context.close();
    }
  }
  console.log(name);
}
const asked = (name) => wanted.length === 0 || wanted.includes(name);
for (const [name, path] of Object.entries(PAGES)) {
  if (asked(name)) await take(name, path, { storageState });
}
if (asked('sign-in')) await take('sign-in', '/sign-in', {});
if (asked('welcome')) {
  // The first start, without emptying the database: the one answer that says so is changed.
  await take('welcome', '/', { storageState }, (sheet) =>
    sheet.route('**/api/v1/meta', async (route) => {
      const response = await route.fetch();
      const meta = await response.json();
      await route.fulfill({ response, json: { ...meta, data: { ...meta.data, has_data: false } } });
    }),
  );
}
await closeBrowser();
