import { describe, expect, it } from 'vitest';

import type { Schemas } from '@/api';

import {
  changedEdits,
  historyPoints,
  largestMove,
  type Lever,
  type Reason,
  reasonSteps,
} from './data';

const reason = (feature: string, points: number): Reason => ({
  feature,
  group: 'Pace',
  value: '1',
  sentence: feature,
  log_odds: points / 20,
  points,
});

describe('a reason about the owner', () => {
  it('says the name of the rep, not the key', () => {
    const reason = { feature: 'owner', sentence: 'The owner is 005X', points: 2 } as Reason;
    const [step] = reasonSteps([reason], 5, { rep_id: '005X', name: 'Ann Lee' });
    expect(step?.label).toBe('The owner is Ann Lee');
  });
});

describe('reasons as steps', () => {
  const reasons = [reason('a', 3), reason('b', -8), reason('c', 0.5), reason('d', -0.25)];
  it('keep the sum whatever is folded', () => {
    const sum = reasons.reduce((total, entry) => total + entry.points, 0);
    for (const most of [1, 2, 3, 4, 9]) {
      const steps = reasonSteps(reasons, most);
      expect(steps.reduce((total, step) => total + step.change, 0)).toBeCloseTo(sum, 12);
      expect(steps.length).toBe(Math.min(most + 1, 4));
    }
  });
  it('begin with the largest', () => {
    expect(reasonSteps(reasons, 4).map((step) => step.id)).toEqual(['b', 'a', 'c', 'd']);
  });
});

describe('a what-if', () => {
  const levers: Lever[] = [
    { field: 'stage', label: 'Stage', kind: 'choice', value: 'Proposal' },
    { field: 'days', label: 'Days', kind: 'number', value: 12 },
    { field: 'next_step', label: 'Next step', kind: 'flag', value: null },
  ];
  it('asks only for what was changed', () => {
    expect(changedEdits(levers, { stage: 'Proposal', days: 12 })).toEqual([]);
    expect(changedEdits(levers, { stage: 'Negotiation', days: 12 })).toEqual([
      { field: 'stage', value: 'Negotiation' },
    ]);
  });
  it('can set what is missing and clear what is set', () => {
    expect(changedEdits(levers, { next_step: true, days: null })).toEqual([
      { field: 'days', value: null },
      { field: 'next_step', value: true },
    ]);
  });
  it('ignores fields that are no levers', () => {
    expect(changedEdits(levers, { owner: 'x' })).toEqual([]);
  });
});

describe('the history', () => {
  const point = (as_of: string, value: number) => ({
    as_of,
    win: { value, low: null, high: null, n: null },
    stage: null,
    amount: null,
    commit_date: null,
  });
  const history = (points: ReturnType<typeof point>[]) =>
    ({ points }) as unknown as Schemas['DealHistory'];

  it('is sorted by time and names its largest move', () => {
    const points = historyPoints(
      history([
        point('2026-11-09T00:00:00Z', 0.3),
        point('2026-11-02T00:00:00Z', 0.5),
        point('2026-11-16T00:00:00Z', 0.35),
      ]),
    );
    expect(points.map((entry) => entry.win)).toEqual([0.5, 0.3, 0.35]);
    expect(largestMove(points)?.points).toBeCloseTo(-20);
  });
  it('has no move with one Monday', () => {
    expect(largestMove(historyPoints(history([point('2026-11-09T00:00:00Z', 0.3)])))).toBeNull();
  });
});
