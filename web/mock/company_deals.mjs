// An invented company for the mock server: the same one every time, small, and coherent enough to
// judge pages by. Sums that the contract promises hold here too.

function randomStream(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const random = randomStream(20261116);
const pick = (list) => list[Math.floor(random() * list.length)];
const between = (low, high) => low + random() * (high - low);
const round = (value, digits) => Number(value.toFixed(digits));

export const CURRENCY = 'EUR';
export const AS_OF = '2026-11-16T00:00:00.000Z';
export const SINCE = '2026-11-09T00:00:00.000Z';
export const money = (amount) => ({ amount_minor: Math.round(amount) * 100, currency: CURRENCY });
export const day = (offset) =>
  new Date(Date.parse(AS_OF) + offset * 86_400_000).toISOString().slice(0, 10);
export const instant = (offset) => new Date(Date.parse(AS_OF) + offset * 86_400_000).toISOString();

export const basis = {
  as_of: AS_OF,
  known_at: null,
  model_version: '3f2a9c0d11e2b4f5',
  model_family: 'trees',
  refusal: null,
  note: null,
};

const STAGES = ['Qualification', 'Discovery', 'Proposal', 'Negotiation', 'Contract'];
const TEAMS = [
  { team: 'Enterprise North', region: 'Europe' },
  { team: 'Enterprise South', region: 'Europe' },
  { team: 'Mid-market', region: 'Europe' },
  { team: 'Americas East', region: 'Americas' },
];
const REPS = TEAMS.flatMap((place, team) =>
  [1, 2, 3, 4].map((number) => ({
    rep_id: `rep-${team}${number}`,
    name: `Rep ${team + 1}${number}`,
    ...place,
  })),
);
const PRODUCTS = ['Platform', 'Analytics', 'Renewal', 'Expansion', 'Pilot', 'Security'];

function makeDeal(index) {
  const owner = pick(REPS);
  const stageIndex = Math.min(4, Math.floor(between(0, 5)));
  const win = Math.min(0.94, Math.max(0.03, 0.08 + stageIndex * 0.15 + between(-0.15, 0.22)));
  const width = between(0.03, 0.13);
  const amount = Math.round(Math.exp(between(Math.log(12_000), Math.log(620_000))) / 500) * 500;
  const excess = between(-1.3, 1.6);
  const closeIn = Math.round(between(9, 190));
  const commitIn = Math.round(closeIn + between(-45, 30));
  return {
    deal_id: `0061${String(100000 + index * 37)}`,
    name: `${pick(PRODUCTS)} ${100 + index}`,
    account: `Account ${1 + Math.floor(random() * 180)}`,
    owner: { rep_id: owner.rep_id, name: owner.name },
    team: owner.team,
    region: owner.region,
    stage: STAGES[stageIndex],
    forecast_category:
      stageIndex > 3
        ? 'Commit'
        : stageIndex > 2
          ? pick(['Commit', 'Best Case'])
          : stageIndex > 1
            ? 'Best Case'
            : 'Pipeline',
    amount: index % 23 === 5 ? null : money(amount),
    amount_reporting: index % 23 === 5 ? null : money(amount),
    commit_date: day(commitIn),
    as_of: AS_OF,
    age_days: Math.round(between(4, 260)),
    win: {
      value: round(win, 4),
      low: round(Math.max(0.005, win - width), 4),
      high: round(Math.min(0.99, win + width * 0.9), 4),
      n: Math.round(between(60, 800)),
    },
    win_by_quarter_end: round(win * Math.max(0.02, Math.min(0.95, (75 - closeIn) / 60 + 0.2)), 4),
    win_by_next_quarter_end: round(win * 0.9, 4),
    win_by_commit_date: round(win * 0.5, 4),
    slip: round(between(0.15, 0.85), 3),
    loss: round(1 - win, 4),
    stall: round(between(0.02, 0.4), 3),
    shrink: round(between(0.05, 0.35), 3),
    close_p10: day(Math.round(closeIn * 0.5)),
    close_p50: day(closeIn),
    close_p90: day(Math.round(closeIn * 2.1)),
    risk: round(between(5, 90), 1),
    excess_risk: round(excess, 3),
    risk_band:
      index % 41 === 7 ? 'unknown' : excess > 1.15 ? 'high' : excess > 0.45 ? 'elevated' : 'normal',
    at_stake: money(amount * win * (1 - win) * 1.4),
    change_points: index % 13 === 3 ? null : round(between(-14, 9), 1),
    marks: {
      reviewed_at: index % 9 === 2 ? instant(-2) : null,
      snoozed_until: null,
      follow_up_on: index % 17 === 4 ? day(3) : null,
      disagreement: null,
      notes: index % 11 === 1 ? 2 : 0,
    },
  };
}

export const deals = Array.from({ length: 640 }, (_, index) => makeDeal(index)).sort(
  (a, b) => (b.at_stake?.amount_minor ?? 0) - (a.at_stake?.amount_minor ?? 0),
);

const QUOTA = 6_400_000;
const normalDensity = (x) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
function normalCumulative(x) {
  const k = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    normalDensity(x) *
    k *
    (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return x >= 0 ? 1 - tail : tail;
}

export function outlook(mean, spread, quota = QUOTA) {
  const low = mean - 3.2 * spread;
  const curve = Array.from({ length: 161 }, (_, index) => {
    const z = -3.2 + (index * 6.4) / 160;
    return {
      amount_minor: Math.round(low + (z + 3.2) * spread) * 100,
      cumulative: round(normalCumulative(z), 6),
      density: round(normalDensity(z) * 6.4 * (1 + 0.12 * Math.sin(z * 2)), 5),
    };
  });
  return {
    mean: money(mean),
    band: {
      p10: money(mean - 1.28 * spread),
      p50: money(mean - 0.02 * spread),
      p90: money(mean + 1.28 * spread),
    },
    quota_probability: round(1 - normalCumulative((quota - mean) / spread), 4),
    curve,
  };
}

export const now = outlook(6_520_000, 560_000);
export const then = outlook(6_740_000, 610_000);

const dealRef = (deal, change) => ({
  deal_id: deal.deal_id,
  name: deal.name,
  account: deal.account,
  change,
});
function bars(unit) {
  const parts = [
    ['pushed_out', 'Pushed out of the quarter', -9.4, 7],
    ['lost', 'Lost', -5.1, 4],
    ['probability', 'Probability changed', -2.6, 61],
    ['time', 'A week passed', -1.9, 0],
    ['amount_up', 'Amount raised', 2.2, 3],
    ['won', 'Won', 4.8, 5],
    ['new', 'New deals', 1.3, 9],
  ];
  const start = unit === 'points' ? then.quota_probability * 100 : then.mean.amount_minor;
  const end = unit === 'points' ? now.quota_probability * 100 : now.mean.amount_minor;
  const rest = parts.reduce((sum, part) => sum + part[2], 0);
  const factor = unit === 'points' ? 1 : (end - start) / rest;
  const list = parts.map(([cause, label, change, count], index) => ({
    cause,
    label,
    change: unit === 'points' ? change : Math.round(change * factor),
    num_deals: count,
    deals: deals
      .slice(index * 4, index * 4 + Math.min(4, count))
      .map((deal, place) => dealRef(deal, round((change * factor * (4 - place)) / 10, 2))),
  }));
  list.push({
    cause: 'other',
    label: 'Everything else',
    change: end - start - list.reduce((sum, bar) => sum + bar.change, 0),
    num_deals: 0,
    deals: [],
  });
  return { unit, start, end, bars: list };
}
export const movements = {
  quota_probability: { quantity: 'quota_probability', label: 'P(quota)', ...bars('points') },
  mean: { quantity: 'mean', label: 'Expected revenue', ...bars('minor') },
};

export const dealRisks = deals.slice(2, 22).map((deal, index) => ({
  deal_id: deal.deal_id,
  name: deal.name,
  account: deal.account,
  owner: deal.owner.name,
  amount: deal.amount ?? money(80_000),
  win_in_period: deal.win_by_quarter_end,
  shortfall: money(46_000 / (1 + index * 0.45)),
  share: round(0.24 / (1 + index * 0.45), 4),
  quota_if_won: round(Math.min(0.93, 0.72 - index * 0.005), 4),
  quota_if_not: round(0.41 + index * 0.006, 4),
}));
export const teamRisks = TEAMS.map((place, index) => ({
  team: place.team,
  shortfall: money(84_000 / (1 + index)),
  share: round(0.44 / (1 + index), 4),
}));

const interval = (value, width, n) => ({
  value,
  low: round(value - width, 4),
  high: round(value + width, 4),
  n,
});
const GROUPS = [
  'Pace',
  'Stage',
  'Engagement',
  'Owner record',
  'Amount',
  'Account',
  'Commit date',
  'Season',
];
const SENTENCES = {
  Pace: [
    'days_in_stage',
    '41 days',
    'In this stage for 41 days; half of the won deals left it within 18.',
  ],
  Stage: ['stage', 'Proposal', 'In Proposal; 38 of 100 deals that reached it were won.'],
  Engagement: [
    'days_since_activity',
    '19 days',
    'No activity for 19 days; won deals of this stage had one every 6.',
  ],
  'Owner record': [
    'owner_win_rate',
    '31 %',
    'The owner has won 31 of 100 such deals, after shrinking to the team.',
  ],
  Amount: [
    'amount_to_owner_median',
    '2.4 times',
    'Amount is 2.4 times what the owner usually sells.',
  ],
  Account: ['account_won_before', '2 deals', 'The account bought twice before.'],
  'Commit date': [
    'pushes',
    '3 pushes',
    'The commit date was pushed three times, by 74 days in all.',
  ],
  Season: ['weeks_to_quarter_end', '6 weeks', 'Six weeks to the end of the quarter.'],
};
const SHARES = {
  Pace: -0.3,
  Stage: 0.42,
  Engagement: -0.22,
  'Owner record': 0.12,
  Amount: -0.09,
  Account: 0.16,
  'Commit date': -0.15,
  Season: 0.05,
};

export function reasonsOf(deal) {
  const basePoints = 31.4;
  const shown = deal.win.value * 100;
  const difference = shown - basePoints;
  const raw = GROUPS.map((group, index) => ({
    group,
    raw: SHARES[group] * 24 * (1 + ((index * 7) % 5) * 0.05),
  }));
  const correction = difference - raw.reduce((sum, part) => sum + part.raw, 0);
  const points = raw.map((part, index) => (index === 1 ? part.raw + correction : part.raw));
  const reasons = GROUPS.map((group, index) => {
    const [feature, value, sentence] = SENTENCES[group];
    return {
      feature,
      group,
      value,
      sentence,
      points: points[index],
      log_odds: points[index] / 21,
      peers:
        index % 3 === 2
          ? null
          : { n: 214, p10: 4, p50: 18, p90: 47, own: 41, won_rate: interval(0.28, 0.05, 214) },
    };
  }).sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  return {
    basis,
    deal_id: deal.deal_id,
    win: deal.win,
    base_points: basePoints,
    shown_points: shown,
    base_log_odds: -0.78,
    log_odds: Math.log(deal.win.value / (1 - deal.win.value)),
    additivity_error: 2e-12,
    background_rows: 512,
    groups: reasons.map(({ group, log_odds, points: share }) => ({
      group,
      log_odds,
      points: share,
    })),
    reasons,
  };
}

export function events(deal) {
  return [
    [-121, 'created', 'Created'],
    [-96, 'stage', 'Stage from Qualification to Discovery', 'Stage', 'Qualification', 'Discovery'],
    [-70, 'activity', 'Meeting held'],
    [-58, 'stage', 'Stage from Discovery to Proposal', 'Stage', 'Discovery', 'Proposal'],
    [-40, 'commit_date', 'Commit date moved by 31 days', 'Close date', day(-10), day(21)],
    [-21, 'amount', 'Amount raised by 20 %', 'Amount', '150000', '180000'],
    [-5, 'commit_date', 'Commit date moved by 28 days', 'Close date', day(21), deal.commit_date],
    [
      -3,
      'forecast_category',
      'Category from Commit to Best Case',
      'Forecast category',
      'Commit',
      'Best Case',
    ],
  ].map(([offset, kind, label, field = null, from = null, to = null]) => ({
    at: instant(offset),
    kind,
    label,
    field,
    from,
    to,
  }));
}

export function history(deal) {
  const weeks = 18;
  const points = Array.from({ length: weeks }, (_, index) => {
    const share = index / (weeks - 1);
    const value = Math.min(
      0.95,
      Math.max(
        0.03,
        deal.win.value * (0.5 + 0.5 * share) + 0.09 * Math.sin(index * 1.1) * (1 - share),
      ),
    );
    return {
      as_of: instant((index - weeks + 1) * 7),
      win: {
        value: round(value, 4),
        low: round(Math.max(0.01, value - 0.09 + share * 0.03), 4),
        high: round(Math.min(0.98, value + 0.09 - share * 0.03), 4),
        n: 240,
      },
      win_by_quarter_end: round(value * 0.6, 4),
      stage: deal.stage,
      amount: deal.amount,
      commit_date: deal.commit_date,
    };
  });
  points[weeks - 1].win = deal.win;
  return { basis, deal_id: deal.deal_id, points, events: events(deal) };
}

export function closeCurve(deal) {
  return Array.from({ length: 40 }, (_, index) => {
    const share = 1 - Math.exp(-index / 13);
    const won = round(deal.win.value * share, 5);
    const lost = round((1 - deal.win.value) * (1 - Math.exp(-index / 17)), 5);
    return { date: day(index * 7), won, lost, open: round(1 - won - lost, 5) };
  });
}

export { interval, QUOTA, round, REPS, STAGES, TEAMS };
