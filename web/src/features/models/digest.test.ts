import { describe, expect, it } from 'vitest';

import { cohorts, expectedPerformance, findings, ordinaryShift } from './digest';

describe('the digest of the monitor', () => {
  it('may lack every part', () => {
    for (const nothing of [undefined, null, {}, { drift: null, cohorts: 'x' }, []]) {
      expect(ordinaryShift(nothing).size).toBe(0);
      expect(cohorts(nothing)).toEqual([]);
      expect(findings(nothing)).toEqual([]);
      expect(expectedPerformance(nothing)).toEqual({
        logLoss: null,
        deviation: null,
        auc: null,
        deals: 0,
      });
    }
  });
  it('gives what each field moves in an ordinary week', () => {
    const digest = { drift: { features: [{ feature: 'age', ordinary: 0.3 }, { feature: 'odd' }] } };
    expect([...ordinaryShift(digest)]).toEqual([['age', 0.3]]);
  });
  it('lines months up, oldest first', () => {
    const months = cohorts({
      cohorts: [
        { month: '2026-11-01', forecasts: 3, mature: 1, expected_wins: 0.4, won: 1, z: 1.2 },
        { month: '2026-10-01', forecasts: 5 },
      ],
    });
    expect(months.map((cohort) => cohort.month)).toEqual(['2026-10', '2026-11']);
    expect(months[1]).toMatchObject({ landed: 1, won: 1, logLoss: null });
  });
});
