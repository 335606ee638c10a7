// The forecast and the trust pages of the invented company.
import {
  instant,
  interval,
  money,
  now,
  outlook,
  QUOTA,
  REPS,
  round,
  TEAMS,
  basis,
} from './company_deals.mjs';

function node(node_id, parent_id, level, name, mean, spread, quota, openDeals) {
  const shape = outlook(mean, spread, quota ?? mean);
  return {
    node_id,
    parent_id,
    level,
    name,
    open_deals: openDeals,
    booked: money(mean * 0.44),
    open_mean: money(mean * 0.47),
    new_mean: money(mean - Math.round(mean * 0.44) - Math.round(mean * 0.47)),
    mean: money(mean),
    band: shape.band,
    quota: quota ? money(quota) : null,
    quota_probability: quota ? shape.quota_probability : null,
    categories: [
      ['Commit', 0.34, 0.24, 0.71],
      ['Best Case', 0.4, 0.15, 0.36],
      ['Pipeline', 0.6, 0.08, 0.14],
    ].map(([category, called, expected, closed]) => ({
      category,
      n: Math.round(openDeals * called * 0.5),
      amount: money(mean * called),
      expected: money(mean * expected),
      closed_before: interval(closed, 0.07, 8),
    })),
    call:
      level === 'team' || level === 'total'
        ? submission(1, node_id, name, mean * 1.07, mean, shape.band)
        : null,
  };
}
function submission(id, nodeId, name, amount, mean, band) {
  return {
    submission_id: id,
    period: '2026Q4',
    node_id: nodeId,
    node_name: name,
    kind: 'call',
    category: 'commit',
    amount: money(amount),
    note: 'Two contracts are with legal; both signers confirmed the date.',
    reason_code: 'deal_knowledge',
    at: instant(-3),
    actor: 'Manager',
    own: false,
    model_mean: money(mean),
    model_band: band,
  };
}
const teamNodes = TEAMS.map((place, index) => {
  const mean = [2_140_000, 1_760_000, 1_420_000, 1_200_000][index];
  return node(
    `team:${place.team}`,
    `region:${place.region}`,
    'team',
    place.team,
    mean,
    mean * 0.17,
    [2_300_000, 1_650_000, 1_300_000, 1_150_000][index],
    160,
  );
});
export const nodes = [
  node('total', null, 'total', 'Company', 6_520_000, 560_000, QUOTA, 640),
  node('region:Europe', 'total', 'region', 'Europe', 5_320_000, 500_000, 5_250_000, 480),
  ...teamNodes.slice(0, 3).flatMap((team, index) => [
    team,
    ...REPS.slice(index * 4, index * 4 + 4).map((rep, place) => {
      const mean = team.mean.amount_minor / 100 / 4 + (place - 1.5) * 40_000;
      return node(
        `rep:${rep.rep_id}`,
        team.node_id,
        'rep',
        rep.name,
        mean,
        mean * 0.33,
        430_000,
        40,
      );
    }),
  ]),
  node('region:Americas', 'total', 'region', 'Americas', 1_200_000, 204_000, 1_150_000, 160),
  teamNodes[3],
];
export const submissions = [
  submission(3, 'total', 'Company', 6_700_000, 6_520_000, now.band),
  submission(
    2,
    'team:Enterprise North',
    'Enterprise North',
    2_350_000,
    2_140_000,
    teamNodes[0].band,
  ),
  submission(1, 'team:Mid-market', 'Mid-market', 1_380_000, 1_420_000, teamNodes[2].band),
];

export function fan() {
  const fanPoint = (week, mean, spread, booked, asOf) => ({
    as_of: asOf,
    week,
    booked: money(booked),
    mean: money(mean),
    band: outlook(mean, spread).band,
    quota_probability: outlook(mean, spread).quota_probability,
  });
  const points = [6_900, 6_850, 6_930, 6_700, 6_760, 6_740, 6_520].map((mean, index) =>
    fanPoint(
      index + 1,
      mean * 1000,
      (900 - index * 57) * 1000,
      index * 450_000,
      instant((index - 6) * 7),
    ),
  );
  const past = [
    ['2026Q3', 5_950],
    ['2026Q2', 6_120],
    ['2026Q1', 5_240],
    ['2025Q4', 5_810],
    ['2025Q3', 5_100],
    ['2025Q2', 5_330],
    ['2025Q1', 4_620],
    ['2024Q4', 5_090],
  ].map(([period, actual], quarter) => ({
    period,
    actual: money(actual * 1000),
    points: Array.from({ length: 13 }, (_, week) => {
      const mean = actual * 1000 * (1 + 0.11 * Math.cos(quarter * 1.7) * (1 - week / 13));
      return {
        week: week + 1,
        booked: money((actual * 1000 * week) / 13),
        mean: money(mean),
        band: outlook(mean, (980 - week * 70) * 1000).band,
      };
    }),
  }));
  return {
    basis,
    period: '2026Q4',
    period_begin: '2026-10-01',
    period_end: '2027-01-01',
    node_id: 'total',
    quota: money(QUOTA),
    points,
    past,
  };
}

export function calibration(segment, label, n) {
  return {
    segment,
    label,
    n,
    calibration_error: interval(0.021, 0.009, n),
    bins: Array.from({ length: 10 }, (_, index) => {
      const stated = 0.05 + index * 0.1;
      const half = 1.64 * Math.sqrt((stated * (1 - stated)) / Math.max(12, n / 10));
      return {
        stated,
        happened: round(Math.min(1, Math.max(0, stated + half * Math.sin(index * 2.1) * 0.9)), 4),
        low: round(Math.max(0, stated - half), 4),
        high: round(Math.min(1, stated + half), 4),
        n: Math.round(n / 10),
      };
    }),
  };
}
