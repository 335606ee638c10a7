// What the mock server answers, by route of the contract.
import * as company from './company.mjs';

const { basis, deals, money, day, instant, interval } = company;
const find = (id) => deals.find((deal) => deal.deal_id === id) ?? deals[0];
const refuse = (status, code, title, detail) => ({ problem: { status, code, title, detail } });

const FIELDS = {
  at_stake: (d) => d.at_stake?.amount_minor,
  win: (d) => d.win.value,
  amount: (d) => d.amount?.amount_minor,
  commit_date: (d) => d.commit_date,
  change_points: (d) => d.change_points,
  excess_risk: (d) => d.excess_risk,
  name: (d) => d.name,
  stage: (d) => d.stage,
  owner: (d) => d.owner.name,
  age_days: (d) => d.age_days,
  slip: (d) => d.slip,
  win_by_quarter_end: (d) => d.win_by_quarter_end,
  close_p50: (d) => d.close_p50,
  team: (d) => d.team,
  account: (d) => d.account,
  risk: (d) => d.risk,
  loss: (d) => d.loss,
};

function filtered(query) {
  const among = (name, value) =>
    query.getAll(name).length === 0 || query.getAll(name).includes(value);
  const words = (query.get('q') ?? '').toLowerCase();
  const least = Number(query.get('min_win') ?? 0);
  const most = Number(query.get('max_win') ?? 1);
  return deals.filter(
    (deal) =>
      `${deal.name} ${deal.account} ${deal.owner.name} ${deal.deal_id}`
        .toLowerCase()
        .includes(words) &&
      deal.win.value >= least &&
      deal.win.value <= most &&
      among('owner', deal.owner.rep_id) &&
      among('team', deal.team) &&
      among('region', deal.region) &&
      among('stage', deal.stage) &&
      among('forecast_category', deal.forecast_category) &&
      among('risk_band', deal.risk_band),
  );
}

function facet(values, label = (value) => value) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([value, n]) => ({ value, label: label(value), n }));
}
const total = (list, of) => money(list.reduce((sum, deal) => sum + of(deal), 0) / 100);
const minor = (deal) => deal.amount?.amount_minor ?? 0;

function user(state) {
  return {
    user_id: 1,
    email: 'revops@example.com',
    name: 'Revenue operations',
    role: state.role,
    rep_id: null,
    rep_name: null,
    sees_all: true,
    disabled: false,
    has_password: true,
    created_at: instant(-90),
    last_sign_in_at: instant(0),
  };
}
function session(state) {
  return {
    user: user(state),
    permissions: ['read', 'insight', 'decide', 'submit', 'operate', 'model', 'audit', 'administer'],
    csrf_token: 'mock',
    expires_at: instant(1),
    must_set_password: false,
  };
}

function model(version, aliases, offset, logLoss) {
  return {
    version,
    aliases,
    created_at: instant(offset),
    family: 'trees',
    refusal: null,
    log_loss: logLoss,
    baseline_log_loss: 0.561,
    auc: 0.81,
    gates_passed: aliases.length > 0 ? 7 : 6,
    gates: 7,
  };
}
const models = [
  model('9b01c4e2aa71d350', ['challenger'], -1, 0.472),
  model('3f2a9c0d11e2b4f5', ['champion'], -29, 0.478),
  model('c7d2e08812f9b6aa', [], -71, 0.489),
];
const gates = [
  [
    'Better than base rates',
    true,
    'Log loss 0.478 against 0.561; the 95 % interval of the gain is 0.061 to 0.105.',
  ],
  ['Calibrated', true, 'Slope 0.98 (0.91 to 1.06), intercept 0.02 (−0.05 to 0.09).'],
  ['No segment hurt', true, 'Largest loss of any segment with 200 deals: 0.004, Mid-market.'],
  ['No leak', true, '0 of 42 fields refused.'],
  ['Enough deals', true, '2,481 closed deals in 11 quarters.'],
  ['Stable across origins', true, 'Standard deviation of the gain over 6 origins: 0.009.'],
  ['Same bytes again', true, 'Trained twice with 1 and 2 threads: same hash.'],
].map(([name, passed, evidence]) => ({ name, passed, evidence }));

const job = (kind, status = 'running', done = 40) => ({
  job_id: 7,
  kind,
  status,
  stage: 'Reading opportunities',
  done,
  total: 100,
  created_at: instant(0),
  started_at: instant(0),
  finished_at: status === 'done' ? instant(0) : null,
  actor: 'revops@example.com',
  error: null,
  result: status === 'done' ? { rows: 12_408, events: 31_240, rejects: 17, files: 5 } : null,
});

function whatIf(deal, edits) {
  const shift = edits.reduce(
    (sum, edit) =>
      sum + (edit.field === 'stage' ? 9.5 : edit.field === 'days_since_activity' ? 6.2 : -3.1),
    0,
  );
  const after = Math.min(0.97, Math.max(0.02, deal.win.value + shift / 100));
  return {
    basis,
    deal_id: deal.deal_id,
    before: deal.win,
    after: {
      ...deal.win,
      value: after,
      low: Math.max(0.01, after - 0.08),
      high: Math.min(0.99, after + 0.08),
    },
    points: (after - deal.win.value) * 100,
    win_by_quarter_end_before: deal.win_by_quarter_end,
    win_by_quarter_end_after: Math.min(1, deal.win_by_quarter_end + 0.04),
    causes: edits.map((edit) => ({
      field: edit.field,
      label: `${edit.field}: now ${edit.value}`,
      points: ((after - deal.win.value) * 100) / edits.length,
    })),
    notes: edits.some((edit) => edit.field === 'stage')
      ? ['The forecast category follows from the stage: Best Case.']
      : [],
  };
}

export const answers = {
  'GET /meta': ({ state }) => ({
    version: '0.1.0',
    signed_in: state.signedIn,
    first_start: false,
    sign_in_methods: ['password', 'link'],
    data: state.signedIn
      ? {
          has_data: !state.empty,
          has_model: !state.empty,
          as_of_first: '2023-01-02T00:00:00.000Z',
          as_of_last: company.AS_OF,
          now: company.AS_OF,
          note: null,
          reporting_currency: company.CURRENCY,
          current_quarter: '2026Q4',
          quarters: [
            ['2026Q2', '2026-04-01', '2026-07-01'],
            ['2026Q3', '2026-07-01', '2026-10-01'],
            ['2026Q4', '2026-10-01', '2027-01-01'],
            ['2027Q1', '2027-01-01', '2027-04-01'],
          ].map(([name, begin, end]) => ({ name, begin, end })),
          open_deals: state.empty ? 0 : deals.length,
          imports: state.empty ? 0 : 3,
          newest_import: state.empty ? null : instant(-1),
        }
      : null,
  }),
  'GET /session': ({ state }) =>
    state.signedIn
      ? session(state)
      : refuse(401, 'sign-in-required', 'Sign in first', 'Nobody is signed in.'),
  'POST /session': ({ state, body }) => {
    if (body.password === 'wrong')
      return refuse(401, 'sign-in-required', 'Not signed in', 'Name or password is wrong.');
    state.signedIn = true;
    return session(state);
  },
  'POST /session/link': ({ state }) => {
    state.signedIn = true;
    return session(state);
  },
  'DELETE /session': ({ state }) => {
    state.signedIn = false;
    return undefined;
  },
  'GET /overview': ({ state, query }) => ({
    basis,
    role: state.role,
    period: '2026Q4',
    period_begin: '2026-10-01',
    period_end: '2027-01-01',
    week: 7,
    currency: company.CURRENCY,
    since: company.SINCE,
    quota: money(company.QUOTA),
    booked: money(2_870_000),
    now: company.now,
    then: company.then,
    forecast_refusal: null,
    headline:
      'The chance to reach quota fell from 71 to 58 %; seven deals pushed out of the quarter account for most of it.',
    movement: {
      quantity: 'quota_probability',
      unit: 'points',
      start: company.movements.quota_probability.start,
      end: company.movements.quota_probability.end,
      bars: company.movements.quota_probability.bars,
    },
    carriers: company.dealRisks.slice(0, 3),
    teams: company.teamRisks,
    calls: company.nodes
      .filter((node) => node.level === 'team')
      .map((node, index) => ({
        node_id: node.node_id,
        name: node.name,
        called: money((node.mean.amount_minor / 100) * (1.12 - index * 0.06)),
        called_by: index === 3 ? null : 'Manager',
        model: node.mean,
        model_of_commit: node.categories[0].expected,
        closed_before: node.categories[0].closed_before,
        quota: node.quota,
        quota_probability: node.quota_probability,
      })),
    worklist: deals.slice(0, Number(query.get('worklist') ?? 5)).map((deal, index) => ({
      deal,
      why: company
        .reasonsOf(deal)
        .reasons.filter((reason) => reason.points < 0)
        .slice(0, 2),
      changed: company.events(deal).slice(index % 3 === 2 ? 8 : 6),
      levers: [
        { label: 'Meeting with the economic buyer', points: 7.4, precedents: 27 },
        { label: 'Next step with a date', points: 3.1, precedents: 64 },
      ],
    })),
    next_quarter: {
      period: '2027Q1',
      mean: money(5_710_000),
      new_mean: money(3_120_000),
      band: company.outlook(5_710_000, 900_000).band,
    },
    past: company.fan().past.map((quarter) => ({
      period: quarter.period,
      mean: quarter.points[6].mean,
      band: quarter.points[6].band,
      actual: quarter.actual,
    })),
  }),
  'GET /deals': ({ query }) => {
    const sort = query.get('sort') ?? '-at_stake';
    const of = FIELDS[sort.replace('-', '')];
    const sign = sort.startsWith('-') ? -1 : 1;
    const list = filtered(query).sort((a, b) => {
      const [x, y] = [of(a), of(b)];
      if (x === y) return 0;
      if (x === null || x === undefined) return 1;
      if (y === null || y === undefined) return -1;
      return x < y ? -sign : sign;
    });
    const from = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit') ?? 100);
    return {
      basis,
      items: list.slice(from, from + limit),
      next_cursor: from + limit < list.length ? String(from + limit) : null,
      total: list.length,
    };
  },
  'GET /deals/summary': ({ query }) => {
    const list = filtered(query);
    return {
      basis,
      total: list.length,
      without_amount: list.filter((deal) => !deal.amount).length,
      amount: total(list, minor),
      expected: total(list, (deal) => minor(deal) * deal.win.value),
      by_win: Array.from({ length: 20 }, (_, bin) => {
        const inside = list.filter((deal) => Math.min(19, Math.floor(deal.win.value * 20)) === bin);
        return {
          low: bin / 20,
          high: (bin + 1) / 20,
          n: inside.length,
          amount: total(inside, minor),
        };
      }),
      by_risk_band: ['high', 'elevated', 'normal', 'unknown'].map((band) => {
        const inside = list.filter((deal) => deal.risk_band === band);
        return { band, n: inside.length, amount: total(inside, minor) };
      }),
      facets: {
        owner: facet(
          deals.map((deal) => deal.owner.rep_id),
          (id) => company.REPS.find((rep) => rep.rep_id === id).name,
        ),
        team: facet(deals.map((deal) => deal.team)),
        region: facet(deals.map((deal) => deal.region)),
        stage: facet(deals.map((deal) => deal.stage)),
        forecast_category: facet(deals.map((deal) => deal.forecast_category)),
      },
    };
  },
  'GET /deals/{deal_id}': ({ parameters }) => {
    const deal = deals.find((candidate) => candidate.deal_id === parameters[0]);
    if (!deal)
      return refuse(
        404,
        'not-found',
        'There is no such thing',
        `There is no deal '${parameters[0]}'.`,
      );
    return {
      basis,
      deal,
      status: 'open',
      closed_on: null,
      close_curve: company.closeCurve(deal),
      calibration: { n: 412, won: interval(deal.win.value + 0.01, 0.04, 412) },
      decisions: [],
      facts: [
        ['Stage', deal.stage],
        ['Next step', null],
        ['Type', 'New business'],
        ['Lead source', 'Partner'],
        ['Close date', deal.commit_date],
      ].map(([field, value], index) => ({ field, value, since: instant(-20 - index * 9) })),
    };
  },
  'GET /deals/{deal_id}/reasons': ({ parameters }) => company.reasonsOf(find(parameters[0])),
  'GET /deals/{deal_id}/history': ({ parameters }) => company.history(find(parameters[0])),
  'GET /deals/{deal_id}/change': ({ parameters }) => {
    const deal = find(parameters[0]);
    const causes = [
      ['field', 'Commit date: pushed by 28 days', -4.1],
      ['field', 'Category: Commit, now Best Case', -2.3],
      ['time', 'Seven days passed', -1.2],
      ['peers', 'Owner record changed', 0.4],
    ];
    const points = causes.reduce((sum, cause) => sum + cause[2], 0);
    const before = Math.min(0.99, deal.win.value - points / 100);
    return {
      basis,
      deal_id: deal.deal_id,
      since: company.SINCE,
      then: { value: before, low: before - 0.06, high: Math.min(1, before + 0.05), n: 300 },
      now: deal.win,
      points,
      causes: causes.map(([cause, label, share]) => ({
        cause,
        label,
        field: null,
        before: null,
        after: null,
        points: share,
      })),
      additivity_error: 0,
    };
  },
  'GET /deals/{deal_id}/what-if': ({ parameters }) => {
    const deal = find(parameters[0]);
    return {
      basis,
      deal_id: deal.deal_id,
      win: deal.win,
      levers: [
        {
          field: 'stage',
          label: 'Stage',
          kind: 'choice',
          value: deal.stage,
          choices: company.STAGES,
          actionable: true,
        },
        {
          field: 'days_since_activity',
          label: 'Days since the last activity',
          kind: 'number',
          value: 19,
          min: 0,
          max: 60,
          step: 1,
          actionable: true,
        },
        {
          field: 'commit_date',
          label: 'Commit date',
          kind: 'date',
          value: deal.commit_date,
          actionable: true,
        },
        {
          field: 'next_step_set',
          label: 'Next step is filled',
          kind: 'flag',
          value: false,
          actionable: true,
        },
        {
          field: 'amount',
          label: 'Amount',
          kind: 'number',
          value: minor(deal) / 100,
          min: 0,
          max: 600_000,
          step: 1000,
          actionable: false,
        },
      ],
    };
  },
  'POST /deals/{deal_id}/what-if': ({ parameters, body }) =>
    whatIf(find(parameters[0]), body.edits),
  'GET /deals/{deal_id}/counterfactuals': ({ parameters }) => {
    const deal = find(parameters[0]);
    return {
      basis,
      deal_id: deal.deal_id,
      target: Math.min(0.9, deal.win.value + 0.1),
      now: deal.win,
      reachable: true,
      best: Math.min(0.95, deal.win.value + 0.19),
      message: 'Two sets of changes reach the target.',
      items: [
        {
          edits: [
            {
              field: 'days_since_activity',
              label: 'Last activity',
              from: '19 days ago',
              to: 'this week',
            },
          ],
          win: Math.min(0.92, deal.win.value + 0.104),
          points: 10.4,
          precedents: { n: 27, won: 9, expected: 5.1 },
        },
        {
          edits: [
            { field: 'next_step_set', label: 'Next step', from: 'empty', to: 'filled' },
            { field: 'roles', label: 'Buyer roles', from: '1', to: '2' },
          ],
          win: Math.min(0.93, deal.win.value + 0.118),
          points: 11.8,
          precedents: { n: 11, won: 4, expected: 3.2 },
        },
      ],
    };
  },
  'GET /deals/{deal_id}/similar': ({ parameters }) => {
    const deal = find(parameters[0]);
    return {
      basis,
      deal_id: deal.deal_id,
      won_rate: interval(0.4, 0.15, 10),
      items: deals.slice(40, 50).map((past, index) => ({
        deal_id: past.deal_id,
        name: past.name,
        account: past.account,
        owner: past.owner.name,
        as_of: instant(-300 - index * 20),
        outcome: index % 5 < 2 ? 'won' : 'lost',
        closed_on: day(-240 - index * 20),
        days_to_close: 61 + index * 4,
        amount: past.amount,
        distance: 0.21 + index * 0.06,
        win: past.win.value,
        shared: ['Proposal', 'two pushes', 'same owner'].slice(0, 1 + (index % 3)),
      })),
    };
  },
  'POST /deals/{deal_id}/decisions': ({ parameters, body }) => {
    const deal = find(parameters[0]);
    if (body.kind === 'review') deal.marks.reviewed_at = instant(0);
    if (body.kind === 'snooze') deal.marks.snoozed_until = body.until;
    return {
      decision_id: 11,
      deal_id: deal.deal_id,
      kind: body.kind,
      at: instant(0),
      actor: 'Revenue operations',
      own: true,
      note: body.note ?? null,
      until: body.until ?? null,
      reason_code: body.reason_code ?? null,
      seen: { as_of: company.AS_OF, win: deal.win.value, model_version: basis.model_version },
      taken_back: false,
    };
  },
  'GET /forecast': ({ query }) => {
    const top =
      company.nodes.find((node) => node.node_id === query.get('node')) ?? company.nodes[0];
    const mean = top.mean.amount_minor / 100;
    return {
      basis,
      period: '2026Q4',
      period_begin: '2026-10-01',
      period_end: '2027-01-01',
      week: 7,
      currency: company.CURRENCY,
      top,
      nodes: company.nodes,
      curve: company.outlook(mean, (top.band.p90.amount_minor - top.band.p10.amount_minor) / 256)
        .curve,
      diversification: money(412_000),
      notes: ['28 open deals have no amount; they count with the median of their stage.'],
    };
  },
  'GET /forecast/fan': () => company.fan(),
  'GET /forecast/waterfall': () => ({
    basis,
    period: '2026Q4',
    node_id: 'total',
    from: company.SINCE,
    to: company.AS_OF,
    currency: company.CURRENCY,
    quantities: [company.movements.mean, company.movements.quota_probability],
  }),
  'POST /forecast/scenario': ({ body }) => {
    const shift = body.pins.reduce(
      (sum, pin) => sum + (pin.outcome === 'won' ? 0.5 : -0.4) * (minor(find(pin.deal_id)) / 100),
      0,
    );
    return {
      basis,
      period: '2026Q4',
      quota: money(company.QUOTA),
      pins: body.pins.length,
      before: company.now,
      after: company.outlook(6_520_000 + shift, 540_000),
    };
  },
  'GET /forecast/attribution': () => ({
    basis,
    period: '2026Q4',
    quota: money(company.QUOTA),
    quota_probability: company.now.quota_probability,
    expected_shortfall: money(191_000),
    message: null,
    deals: company.dealRisks,
    teams: company.teamRisks,
    rest: money(18_000),
  }),
  'GET /forecast/submissions': () => ({ items: company.submissions, next_cursor: null }),
  'GET /forecast/backtest': () => ({
    basis,
    run_at: instant(-2),
    quarters: 8,
    methods: [
      ['model', 'This model', 0.041, 0.004, 0.058, 0.81],
      ['stage_weighted', 'Stage weighted', 0.092, 0.071, 0.118, 0.42],
      ['category_weighted', 'Category weighted', 0.081, 0.052, 0.104, 0.47],
      ['commit', 'Commit as called', 0.117, 0.098, 0.143, 0.2],
      ['last_year_pace', 'Pace of last year', 0.074, -0.018, 0.097, 0.66],
    ].map(([method, label, crps, bias, error, coverage]) => ({
      method,
      label,
      n: 104,
      crps,
      bias,
      error,
      coverage: interval(coverage, 0.08, 104),
    })),
    weeks: company.fan().past.flatMap((quarter) =>
      quarter.points.map((point) => ({
        period: quarter.period,
        week: point.week,
        as_of: instant(-400 + point.week * 7),
        booked: point.booked,
        mean: point.mean,
        band: point.band,
        actual: quarter.actual,
        pit: 0.5,
      })),
    ),
  }),
  'GET /trust/calibration': () => ({
    basis,
    verdict: 'signal',
    message:
      'On 2,481 deals the model had not seen, stated and happened agree within sampling error.',
    n: 2481,
    log_loss: interval(0.478, 0.012, 2481),
    baseline_log_loss: interval(0.561, 0.009, 2481),
    auc: interval(0.81, 0.014, 2481),
    brier: interval(0.157, 0.006, 2481),
    segments: [
      company.calibration('all', 'All deals', 2481),
      company.calibration('stage:Proposal', 'Proposal', 640),
      company.calibration('stage:Negotiation', 'Negotiation', 410),
      company.calibration('team:Mid-market', 'Mid-market', 322),
    ],
  }),
  'GET /trust/coverage': () => ({
    basis,
    run_at: instant(-2),
    nominal: 0.8,
    overall: interval(0.81, 0.08, 104),
    weeks: Array.from({ length: 13 }, (_, week) => {
      const inside = [6, 7, 6, 7, 7, 6, 6, 7, 7, 6, 7, 6, 7][week];
      return { week: week + 1, n: 8, inside, share: interval(inside / 8, 0.17, 8) };
    }),
    methods: [
      ['model', 'This model', 0.81],
      ['stage_weighted', 'Stage weighted', 0.42],
      ['commit', 'Commit as called', 0.2],
    ].map(([method, label, share]) => ({
      method,
      label,
      coverage: interval(share, 0.08, 104),
      error: 0.06,
    })),
  }),
  'GET /trust/overrides': () => ({
    basis,
    message: null,
    items: [
      ['You', true, 12, 9, 5, 210_000, 240_000, 90_000],
      ['Enterprise North', false, 14, 11, 4, 330_000, 250_000, 210_000],
      ['Mid-market', false, 9, 8, 6, 120_000, 170_000, -20_000],
    ].map(([actor, own, submissions, judged, closer, error, modelError, bias]) => ({
      actor,
      own,
      submissions,
      judged,
      closer,
      error: money(error),
      model_error: money(modelError),
      bias: money(bias),
    })),
  }),
  'GET /trust/alerts': () => ({
    basis,
    message: null,
    rules: [
      ['slip', 'Will slip past its commit date', 214, 190, 141, 0.742, 0.46],
      ['loss', 'Will be lost', 120, 96, 74, 0.77, 0.61],
      ['stall', 'Has gone silent', 88, 71, 33, 0.465, 0.31],
    ].map(([rule, label, fired, judged, right, precision, base]) => ({
      rule,
      label,
      fired,
      judged,
      right,
      precision: interval(precision, 0.06, judged),
      base_rate: interval(base, 0.02, 2481),
    })),
  }),
  'GET /models': () => ({
    items: models,
    changes: [
      ['champion', '3f2a9c0d11e2b4f5', -28, 'Better on every origin, no segment hurt'],
      ['champion', 'c7d2e08812f9b6aa', -70, 'First version'],
    ].map(([alias, version, offset, reason]) => ({
      alias,
      version,
      at: instant(offset),
      actor: 'revops@example.com',
      reason,
    })),
  }),
  'GET /models/{version}': ({ parameters }) => ({
    summary:
      models.find(
        (entry) => entry.version === parameters[0] || entry.aliases.includes(parameters[0]),
      ) ?? models[1],
    gates,
    evaluation: { log_loss: 0.478, auc: 0.81, origins: 6 },
    manifest: { seed: 17, rows: 18_204, features: 42, cutoff: '2026-10-18', rounds: 240 },
  }),
  'GET /models/{version}/card': () =>
    '# Deal outcome model\n\nTrained on 2,481 closed deals of 11 quarters.\n\n## Intended use\n\nRanks open deals for a conversation; never for pay.\n\n## Limits\n\n- Thin in Americas East.\n- No call transcripts.\n',
  'GET /models/diff': () => ({
    from: models[1],
    to: models[0],
    differences: [
      ['manifest/cutoff', '2026-10-18', '2026-11-15'],
      ['manifest/rows', '18204', '19117'],
      ['evaluation/log_loss', '0.478', '0.472'],
    ].map(([where, from, to]) => ({ where, from, to })),
  }),
  'POST /models/{version}/promote': ({ parameters, body }) => ({
    alias: body.alias ?? 'champion',
    version: parameters[0],
    at: instant(0),
    actor: 'revops@example.com',
    reason: body.reason,
  }),
  'GET /monitoring': () => ({
    basis,
    message: null,
    freshness: {
      newest_import: instant(-1),
      newest_event: instant(-1),
      newest_score_run: instant(0),
    },
    drift: [
      ['days_in_stage', 'Pace', 0.27, 'changed'],
      ['amount', 'Amount', 0.14, 'shifted'],
      ['lead_source', 'Origin', 0.11, 'shifted'],
      ['stage', 'Stage', 0.05, 'stable'],
      ['owner_win_rate', 'Owner record', 0.03, 'stable'],
    ].map(([feature, group, psi, verdict]) => ({
      feature,
      group,
      psi,
      verdict,
      missing_then: 0.02,
      missing_now: 0.03,
    })),
  }),
  'GET /imports': () => ({
    items: [3, 2, 1].map((id) => ({
      import_id: id,
      source: 'salesforce',
      path: 'export/',
      known_at: instant(-1 - (3 - id) * 7),
      rows: 12_408 - id * 211,
      events: id === 3 ? 1_204 : 31_240,
      rejects: id === 3 ? 17 : 0,
      content_sha256: 'a'.repeat(64),
      mapping: 'salesforce',
    })),
  }),
  'GET /imports/{import_id}/rejects': () => ({
    items: [
      ['Opportunity.csv', 812, 'CloseDate', '2026-02-30', 'is no date'],
      ['Opportunity.csv', 1411, 'Amount', '12,O00', 'is no number'],
      ['OpportunityHistory.csv', 90, 'OpportunityId', '0061XX', 'names no deal of this export'],
    ].map(([file, line, column, value, reason]) => ({ file, line, column, value, reason })),
    next_cursor: null,
    total: 17,
  }),
  'POST /imports': () => job('import'),
  'GET /jobs/{job_id}': () => job('import', 'done', 100),
  'GET /jobs': () => ({ items: [job('import', 'done', 100)] }),
  'POST /jobs': ({ body }) => job(body.kind),
  'POST /uploads/preview': ({ body }) => ({
    recognised: 'salesforce',
    recognised_reason: 'All 14 columns of a Salesforce opportunity export are there.',
    files: body.upload_ids.map((id) => ({
      upload_id: id,
      name: 'Opportunity.csv',
      rows: 12_408,
      malformed: 2,
      whole_file: true,
      outcome_column: 'StageName',
      won: 2_481,
      lost: 3_902,
      columns: [
        ['StageName', 'choice', 1, 8, 'Closed Won'],
        ['Amount', 'number', 0.96, 8120, '125000'],
        ['CloseDate', 'date', 1, 640, '2026-10-01'],
        ['LossReason', 'text', 0.31, 12, 'Price'],
      ].map(([name, type, filled, distinct, example]) => ({
        name,
        type,
        filled,
        distinct,
        examples: [example],
      })),
      suspicions: [
        { field: 'LossReason', reason: 'is filled only once a deal is lost', severity: 'high' },
      ],
    })),
  }),
  'GET /data/quality': () => ({
    basis,
    fields: [
      ['next_step', 'Next step', 0.09, 2.1],
      ['contact_role', 'Buyer role', 0.41, 3.4],
      ['activity', 'Last activity', 0.74, 5.2],
      ['amount', 'Amount', 0.96, 4.4],
      ['close_date', 'Commit date', 1, 6.1],
    ].map(([field, label, filled, importance]) => ({
      field,
      label,
      filled,
      n: Math.round((1 - filled) * 640),
      importance,
    })),
    teams: company.TEAMS.map((place, index) => ({
      team: place.team,
      open_deals: 160,
      filled: 0.81 - index * 0.06,
      overdue: 8 + index * 7,
      silent: 12 + index * 5,
      interval_width: 0.13 + index * 0.02,
    })),
    late_edits: {
      n: 214,
      months: ['2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'].map(
        (month, index) => ({ month, n: 20 + ((index * 17) % 40) }),
      ),
    },
  }),
  'GET /data/leak-audit': () => ({
    basis,
    message: null,
    items: [
      {
        field: 'LossReason',
        reason: 'Filled only after the deal was lost; not used.',
        severity: 'high',
      },
      {
        field: 'Probability',
        reason: 'Is 0 or 100 exactly when the deal is closed; not used.',
        severity: 'high',
      },
    ],
  }),
  'GET /users': ({ state }) => ({ items: [user(state)] }),
  'GET /settings': () => ({
    fiscal_calendar: 'monthly:1',
    reporting_currency: 'EUR',
    high_risk_per_rep: 5,
    alerts_per_week: 10,
  }),
  'GET /views': () => ({
    items: [
      {
        view_id: 1,
        name: 'Commit at risk',
        page: 'deals',
        query: 'forecast_category=Commit&risk_band=high',
        shared: true,
        own: true,
        owner_email: 'revops@example.com',
        created_at: instant(-9),
      },
    ],
  }),
};
