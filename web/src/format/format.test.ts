import { describe, expect, it } from 'vitest';

import {
  addDays,
  daysBetween,
  formatCount,
  formatDate,
  formatMinor,
  formatMoney,
  formatMoneyRange,
  formatPercent,
  formatPercentRange,
  formatPoints,
  minorDigits,
  mondayOf,
  prose,
} from './index';

describe('probabilities', () => {
  it('are whole percent', () => {
    expect(formatPercent(0.617, 'en')).toBe('62%');
    expect(formatPercent(0.617, 'de')).toBe('62\u00a0%');
  });
  it('never round to a certainty the model did not claim', () => {
    expect(formatPercent(0.001, 'en')).toBe('<1%');
    expect(formatPercent(0.9999, 'en')).toBe('>99%');
    expect(formatPercent(0, 'en')).toBe('0%');
    expect(formatPercent(1, 'en')).toBe('100%');
  });
  it('show a dash when unknown, not zero', () => {
    for (const unknown of [null, undefined, Number.NaN]) {
      expect(formatPercent(unknown, 'en')).toBe('–');
      expect(formatCount(unknown, 'en')).toBe('–');
      expect(formatPoints(unknown, 'en')).toBe('–');
    }
  });
  it('carry one percent sign in a range', () => {
    expect(formatPercentRange(0.22, 0.41, 'en')).toBe('22–41%');
  });
});

describe('points', () => {
  it('carry a sign and a true minus', () => {
    expect(formatPoints(3.21, 'en')).toBe('+3.2');
    expect(formatPoints(-7, 'de')).toBe('−7,0');
  });
  it('have no sign when they round to zero', () => {
    expect(formatPoints(-0.04, 'en')).toBe('0.0');
    expect(formatPoints(0.04, 'en')).toBe('0.0');
  });
});

describe('money', () => {
  it('is compact in headlines and whole in tables', () => {
    expect(formatMoney(1_243_000, 'USD', 'en')).toBe('$1.24M');
    expect(formatMoney(1_243_000, 'USD', 'en', { style: 'full' })).toBe('$1,243,000');
    expect(formatMoney(1_243_000, 'EUR', 'de', { style: 'full' })).toBe('1.243.000\u00a0€');
  });
  it('puts the sign before the currency', () => {
    expect(formatMoney(-80_000, 'USD', 'en')).toBe('−$80.0K');
    expect(formatMoney(80_000, 'USD', 'en', { signed: true })).toBe('+$80.0K');
  });
  it('knows minor units of each currency', () => {
    expect(minorDigits('USD')).toBe(2);
    expect(minorDigits('JPY')).toBe(0);
    expect(formatMinor(12_345_00, 'USD', 'en', { style: 'full' })).toBe('$12,345');
    expect(formatMinor(12_345, 'JPY', 'en', { style: 'full' })).toBe('¥12,345');
  });
  it('writes a range with both currencies', () => {
    expect(formatMoneyRange(4_100_000, 5_600_000, 'USD', 'en')).toBe('$4.10M – $5.60M');
  });
});

describe('dates', () => {
  it('keep the calendar day of the server', () => {
    expect(formatDate('2026-11-16', 'en-GB')).toBe('16 Nov 2026');
    expect(formatDate('2026-11-16', 'de')).toBe('16. Nov. 2026');
    expect(formatDate(null, 'en')).toBe('–');
  });
  it('count whole days across changes of the clock', () => {
    expect(daysBetween('2026-03-27', '2026-03-30')).toBe(3);
    expect(daysBetween('2026-11-16', '2026-11-09')).toBe(-7);
    expect(daysBetween('2026-11-16', null)).toBeNull();
  });
  it('find the Monday of a week', () => {
    expect(mondayOf('2026-11-22')).toBe('2026-11-16');
    expect(mondayOf('2026-11-16')).toBe('2026-11-16');
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  });
});

describe('prose of the server', () => {
  it('is set with the signs a page uses, and keeps its numbers and names', () => {
    expect(prose('known to +-1.2 points, 0.9 % better')).toBe('known to ±1.2 points, 0.9% better');
    expect(prose('the largest is "new", from 2026-11-15')).toBe(
      'the largest is “new”, from 2026-11-15',
    );
    expect(prose(null)).toBe('');
  });
});

describe('amounts of money in little room', () => {
  it('have no empty digits where there is nothing to shorten', () => {
    expect(formatMoney(55, 'USD', 'en')).toBe('$55');
    expect(formatMoney(2_000_000, 'USD', 'en')).toBe('$2.00M');
    expect(formatMoney(2_000_000, 'USD', 'en', { style: 'axis' })).toBe('$2M');
    expect(formatMoney(999.7, 'USD', 'en')).toBe('$1.00K');
  });
});
