import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import de from './de';
import en from './en';
import { featureName } from './features';
import { flatten, interpolate, setLanguage, t, tOr } from './index';

const english = flatten(en);
const german = flatten(de);
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(vue|ts)$/.test(entry.name) && !/\.test\.ts$|schema\.d\.ts$/.test(entry.name)
      ? [readFileSync(path, 'utf8')]
      : [];
  });
}

describe('the message files', () => {
  it('have the same texts with the same places for values', () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
    for (const [key, text] of Object.entries(english)) {
      expect([key, holes(german[key] ?? '')]).toEqual([key, holes(text)]);
    }
  });
  it('have every text that the pages ask for by name', () => {
    const missing = sources(join(import.meta.dirname, '..'))
      .flatMap((text) => [...text.matchAll(/\bt\(\s*'([\w.]+)'/g)].map((match) => match[1] ?? ''))
      .filter((key) => !(key in english) && !(`${key}_other` in english));
    expect(missing).toEqual([]);
  });
});

describe('a text', () => {
  afterEach(() => setLanguage('en'));

  it('is chosen by number and filled with values', async () => {
    expect(t('count.deals', { count: 1 })).toBe('1 deal');
    expect(t('count.deals', { count: 3 })).toBe('3 deals');
    expect(interpolate('{a} and {b}', { a: 1 })).toBe('1 and {b}');
  });
  it('changes with the language', async () => {
    await setLanguage('de');
    expect(t('nav.monday')).toBe('Montag');
    expect(document.documentElement.lang).toBe('de');
  });
  it('shows its name when it does not exist, or what the server called it', () => {
    expect(t('no.such.text')).toBe('no.such.text');
    expect(tOr('cause.comet', 'Hit by a comet')).toBe('Hit by a comet');
  });
});

describe('names of features', () => {
  it('are made of their parts', () => {
    expect(featureName('calls_28d')).toBe('Calls in 28 days');
    expect(featureName('owner_win_rate')).toBe('Win rate: Owner');
    expect(featureName('industry_win_rate_n')).toBe('Deals behind the win rate: Industry');
    expect(featureName('custom.account.Fit_Score__c')).toBe('Fit Score');
    expect(featureName('custom.Competitor__c.win_rate')).toBe('Win rate: Competitor');
    expect(featureName('days_since_touch')).toBe('Days since the last activity');
  });
  it('stay readable when they are new', () => {
    expect(featureName('brand_new_thing')).toBe('brand new thing');
    expect(featureName('odd_14d')).toBe('odd 14d');
  });
});
