import { describe, expect, it } from 'vitest';

import { fileName, toCsv } from './export';
import { fade } from './theme';
import { foldSmall, layOut, misses, type WaterfallStep } from './waterfall';

const step = (id: string, change: number): WaterfallStep => ({ id, label: id, change });

describe('a waterfall', () => {
  const steps = [step('a', -9), step('b', 4), step('c', -1.5), step('d', 0.5)];

  it('places each bar where the one before ended', () => {
    const { startAt, endAt, steps: placed } = layOut(60, 54, steps, []);
    expect(placed[0]?.fromAt).toBeCloseTo(startAt);
    expect(placed[1]?.fromAt).toBeCloseTo(placed[0]?.left ?? -1);
    const last = placed.at(-1);
    expect(last && last.left + last.width).toBeCloseTo(endAt);
  });
  it('stays within its width', () => {
    for (const bar of layOut(60, 54, steps, [0, 100]).steps) {
      expect(bar.left).toBeGreaterThanOrEqual(0);
      expect(bar.left + bar.width).toBeLessThanOrEqual(1);
    }
  });
  it('keeps its sum when small steps are folded', () => {
    const folded = foldSmall(steps, 3, (count) => `${count} more`);
    expect(folded.map((entry) => entry.id)).toEqual(['a', 'b', 'rest']);
    expect(misses(60, 54, folded)).toBeCloseTo(misses(60, 54, steps));
    expect(folded[2]?.label).toBe('2 more');
  });
  it('tells what is missing from its sum', () => {
    expect(misses(60, 54, steps)).toBeCloseTo(0);
    expect(misses(60, 55, steps)).toBeCloseTo(1);
  });
});

describe('exported tables', () => {
  it('quote what needs quoting and leave numbers whole', () => {
    expect(toCsv({ columns: ['Deal', 'Win'], rows: [['A "big", one', 0.123456789]] })).toBe(
      'Deal,Win\r\n"A ""big"", one",0.123456789\r\n',
    );
  });
  it('leave unknown values empty', () => {
    expect(toCsv({ columns: ['a', 'b'], rows: [[null, 1]] })).toBe('a,b\r\n,1\r\n');
  });
  it('cannot start a formula in a spreadsheet', () => {
    expect(toCsv({ columns: ['a'], rows: [['=1+1'], ['-x']] })).toBe("a\r\n'=1+1\r\n'-x\r\n");
    expect(toCsv({ columns: ['a'], rows: [[-1]] })).toBe('a\r\n-1\r\n');
  });
  it('get names that every file system takes', () => {
    expect(fileName('Why it moved / 9 Nov')).toBe('why-it-moved-9-nov');
    expect(fileName('…')).toBe('chart');
  });
});

it('fades a token', () => {
  expect(fade('#0a5872', 0.2)).toBe('rgba(10, 88, 114, 0.2)');
});
