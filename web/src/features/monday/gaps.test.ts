import { describe, expect, it } from 'vitest';

import type { Schemas } from '@/api';

import { sharpestGaps } from './gaps';

type Fact = Schemas['MissingFacts']['items'][number];
const fact = (name: string, moved: number, enough = true): Fact => ({
  fact: name,
  label: name,
  with: { n: 20, won: 10, low: 0.3, high: 0.7 },
  without: { n: 0, won: 0, low: 0, high: 1 },
  enough,
  low: 0.2,
  middle: 0.3,
  high: 0.4,
  moved,
  band_width: 12,
});
const found = (id: string, items: Fact[]) =>
  ({
    deal_id: id,
    win: { value: 0.25, low: 0.2, high: 0.3, n: 40 },
    items,
  }) as Schemas['MissingFacts'];
const item = (id: string, name: string | null) =>
  ({ deal: { deal_id: id, name } }) as Schemas['WorkItem'];

describe('the facts that would sharpen estimates', () => {
  it('are those that move a deal most, over all deals, under the name of the deal', () => {
    const gaps = sharpestGaps(
      [found('a', [fact('amount', 2), fact('type', 9)]), found('b', [fact('next_step', 4)])],
      [item('a', 'Alpha'), item('b', null)],
    );
    expect(gaps.map((gap) => [gap.deal, gap.fact])).toEqual([
      ['Alpha', 'type'],
      ['b', 'next_step'],
      ['Alpha', 'amount'],
    ]);
    expect(gaps[0]).toMatchObject({ withRate: 0.5, withoutRate: null, now: 0.25 });
  });
  it('leave out what nobody would see move and what too few past deals had', () => {
    expect(sharpestGaps([found('a', [fact('x', 0.2), fact('y', 5, false)])], [])).toEqual([]);
  });
});
