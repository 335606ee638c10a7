import { describe, expect, it } from 'vitest';

import { readColumns, shownAt, writeColumns } from './columns';
import {
  countConditions,
  DEFAULT_SORT,
  exportAddress,
  nextSort,
  readFilter,
  toAddress,
  writeFilter,
} from './filter';

describe('the filter in the address', () => {
  it('comes back as it was written', () => {
    const filter = readFilter({
      q: 'acme',
      team: ['North', 'South'],
      risk_band: 'high',
      min_win: '0.2',
      reviewed: 'false',
      sort: 'win',
    });
    expect(readFilter(toAddress(filter) as never)).toEqual(filter);
  });
  it('says nothing when nothing is filtered', () => {
    expect(toAddress(readFilter({}))).toEqual({});
    expect(countConditions(readFilter({ sort: 'win' }))).toBe(0);
  });
  it('leaves out what makes no sense', () => {
    const filter = readFilter({ risk_band: ['high', 'purple'], min_win: '7', reviewed: 'maybe' });
    expect(filter.risk_band).toEqual(['high']);
    expect(filter.min_win).toBeNull();
    expect(filter.reviewed).toBeNull();
    expect(readFilter({ sort: 'shoe' }).sort).toBe(DEFAULT_SORT);
    expect(readFilter({ sort: '-quarter_value_at_risk' }).sort).toBe('-quarter_value_at_risk');
  });
  it('keeps false and zero, which do filter', () => {
    expect(writeFilter(readFilter({ snoozed: 'false', min_win: '0' }))).toMatchObject({
      snoozed: false,
      min_win: 0,
    });
  });
  it('counts its conditions', () => {
    expect(countConditions(readFilter({ q: 'x', team: ['a', 'b'], max_win: '0.5' }))).toBe(3);
  });
});

describe('sorting', () => {
  it('turns on the second choice of the same column', () => {
    expect(nextSort(DEFAULT_SORT, 'win', false)).toBe('-win');
    expect(nextSort('-win', 'win', false)).toBe('win');
    expect(nextSort(DEFAULT_SORT, 'name', true)).toBe('name');
  });
});

describe('columns in the address', () => {
  it('come back as they were written, with the name of the deal always', () => {
    const chosen = readColumns('win.value_at_risk.no_such_column');
    expect(writeColumns(chosen ?? {})).toBe('name.win.value_at_risk');
    expect(readColumns(writeColumns(chosen ?? {}))).toEqual(chosen);
  });
  it('are those of the width when the address names none', () => {
    expect(readColumns('')).toBeNull();
    expect(shownAt(1440).value_at_risk).toBe(true);
    expect(shownAt(390).owner).toBe(false);
  });
});

it('exports exactly what is filtered', () => {
  expect(exportAddress('/api/v1', { team: ['A & B', 'C'], as_of: undefined, min_win: 0.2 })).toBe(
    '/api/v1/deals/export?team=A+%26+B&team=C&min_win=0.2',
  );
});
