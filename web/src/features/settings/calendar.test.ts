import { describe, expect, it } from 'vitest';

import { readCalendar, writeCalendar } from './calendar';

describe('the fiscal calendar', () => {
  it('is written as it was read', () => {
    for (const text of ['monthly:1', 'monthly:12', '445:1:6', '445:12:0']) {
      const calendar = readCalendar(text);
      expect(calendar && writeCalendar(calendar)).toBe(text);
    }
  });
  it('keeps what it does not know', () => {
    for (const text of ['', 'monthly:13', '445:1', '445:1:7', 'lunar:1']) {
      expect(readCalendar(text)).toBeNull();
    }
  });
});
