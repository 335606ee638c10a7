// People of a generated company, each in a browser of their own.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
// Evaluated, not added as a script: the content security policy stays in force while pages are judged.
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// The first forecast of a person is computed on request, and tests run beside each other.
export const PATIENCE = 120_000;

let browser;
export async function openBrowser() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  return browser;
}
export async function closeBrowser() {
  await browser?.close();
}

/** A question of the contract that the server under test does not answer yet. */
export class NotServed extends Error {
  constructor(path) {
    super(`the server does not answer ${path}`);
  }
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}
export function equal(actual, expected, message) {
  check(Object.is(actual, expected), `${message}: ${actual} instead of ${expected}`);
}
export function near(actual, expected, most, message) {
  check(Math.abs(actual - expected) <= most, `${message}: ${actual} instead of ${expected}`);
}

/** Numbers as the pages write them: true minus, grouping, currency and compact suffix. */
export function readNumber(text) {
  const match = /([−-]?)\s*[^\d−-]*([\d,]*\.?\d+)\s*([KkMmBb]?)/.exec(text.replace(/[<>+]/g, ''));
  check(match, `no number in '${text}'`);
  const factor = { '': 1, k: 1e3, m: 1e6, b: 1e9 }[match[3].toLowerCase()];
  return (match[1] ? -1 : 1) * Number(match[2].replaceAll(',', '')) * factor;
}

class Person {
  constructor(context, base, errors) {
    this.context = context;
    this.base = base;
    this.errors = errors;
  }
  /** Opens a page and waits until nothing loads any more. */
  async open(path) {
    const page = await this.context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.setDefaultNavigationTimeout(PATIENCE);
    page.on('pageerror', (error) => this.errors.push(`${path}: ${error.message}`));
    await page.goto(this.base + path);
    await this.settle(page);
    return page;
  }
  async settle(page) {
    await page.waitForLoadState('networkidle');
    await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
  }
  /** What the API says to this person. */
  async get(path) {
    const response = await this.context.request.get(`${this.base}/api/v1${path}`, {
      timeout: PATIENCE,
    });
    if (response.status() === 404 && (await response.text()).includes('no such address')) {
      throw new NotServed(path);
    }
    check(response.ok(), `GET ${path} answered ${response.status()}: ${await response.text()}`);
    return response.json();
  }
  async status(path) {
    return (await this.context.request.get(`${this.base}/api/v1${path}`)).status();
  }
  async post(path, body) {
    const session = await this.get('/session');
    const response = await this.context.request.post(`${this.base}/api/v1${path}`, {
      data: body,
      headers: { 'X-CSRF-Token': session.csrf_token },
    });
    check(response.ok(), `POST ${path} answered ${response.status()}: ${await response.text()}`);
    return response.json();
  }
}

/** Violations of WCAG 2.2 A and AA and of axe's best practices on the page as it is. */
export async function violations(page) {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { violations: found } = await globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return found.map((rule) => `${rule.id} (${rule.nodes.length}): ${rule.nodes[0].target.join(' ')}`);
  });
}

const opened = new Map();
/** The people of the server behind a one-time link; asked again, the same people. */
export async function openCompany(link) {
  if (!opened.has(link)) opened.set(link, await meet(link));
  return opened.get(link);
}

async function meet(link) {
  const base = new URL(link).origin;
  const chrome = await openBrowser();
  const errors = [];
  const people = new Map();

  async function person(options = {}) {
    const context = await chrome.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-US',
      serviceWorkers: 'block',
      ...options,
    });
    return new Person(context, base, errors);
  }
  async function signInByLink(path) {
    const somebody = await person();
    const page = await somebody.context.newPage();
    await page.goto(base + path);
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    await page.close();
    return somebody;
  }
  people.set('admin', await signInByLink(new URL(link).pathname + new URL(link).hash));

  return {
    base,
    errors,
    stranger: person,
    /** Somebody of a role, made on first use; reps and managers get a place in the hierarchy. */
    async as(role) {
      if (people.has(role)) return people.get(role);
      const admin = people.get('admin');
      const { facets } = await admin.get('/deals/summary');
      const owners = [...facets.owner].sort((a, b) => b.n - a.n);
      const everyone = ['leader', 'viewer', 'revops'].includes(role);
      const invited = await admin.post('/users', {
        email: `${role}-${process.pid}@example.com`,
        name: `The ${role}`,
        role,
        rep_id: everyone ? null : owners[0].value,
        sees_all: everyone,
      });
      people.set(role, await signInByLink(invited.link_path));
      return people.get(role);
    },
    async forgetPages() {
      for (const somebody of people.values()) {
        for (const page of somebody.context.pages()) await page.close();
      }
    },
    /** Keeps a picture of what a failed story saw, beside the test's other output. */
    async capture(name) {
      for (const somebody of people.values()) {
        for (const page of somebody.context.pages()) {
          const file = `${name.replace(/[^a-z0-9]+/gi, '-')}.png`;
          await page.screenshot({ path: file, fullPage: true }).catch(() => undefined);
        }
      }
    },
  };
}
