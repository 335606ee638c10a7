// What the mock server answers about the quarter and about trust.
import * as company from './company.mjs';

const { basis, deals, money, instant, interval } = company;
const find = (id) => deals.find((deal) => deal.deal_id === id) ?? deals[0];
const minor = (deal) => deal.amount?.amount_minor ?? 0;

export const answers = {
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
      common_factors: {
        company: 0.013,
        team: 0.014,
        low: 0.006,
        high: 0.058,
        quarters: 11,
        as_published: false,
      },
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
      reasons: [
        ['timing', 0.5, 0.7],
        ['deal_knowledge', 0.3, 1.1],
        [null, 0.2, 1.6],
      ].map(([reason_code, part, worth]) => ({
        reason_code,
        submissions: Math.round(submissions * part),
        judged: Math.round(judged * part),
        closer: Math.min(Math.round(judged * part), Math.round(closer * part)),
        error: money(error * worth),
        model_error: money(modelError),
        bias: money(bias * worth),
      })),
      error: money(error),
      model_error: money(modelError),
      bias: money(bias),
    })),
  }),
  'GET /trust/alerts': () => ({
    basis,
    message: null,
    new_per_rep_and_week: 5,
    cool_down_days: 14,
    counted_categories: ['Commit'],
    history: {
      from: '2024-10-07',
      to: '2026-11-16',
      quarters: 9,
      deal_weeks: 31204,
      judged_weeks: 26811,
      base_rate: 0.61,
      highest_lift: 1.64,
      kept_share: 1,
      risks: [
        { risk: 'miss', judged: 26811, stated: 0.6, happened: 0.61, calibration_error: 0.02 },
      ],
    },
    effect: null,
    rules: [
      ['miss', 90, 'points', 1, 100, 214, 0.91, 7.1],
      ['overdue', 1, 'days', 1, 365, 120, 0.88, 1.4],
      ['silent', 21, 'days', 1, 365, 71, 0.72, 4.2],
      ['owner_left', null, '', null, null, 9, 0.67, 3],
    ].map(([rule, threshold, unit, least, most, fired, precision, lead]) => ({
      rule,
      label: rule,
      muted: rule === 'silent',
      threshold,
      unit,
      least,
      most,
      measured: {
        fired,
        missed: Math.round(fired * precision),
        pending: 4,
        enough: fired >= 30,
        promises: 3120,
        base_rate: 0.61,
        highest_lift: 1.64,
        precision: interval(precision, 0.05, fired),
        lift: interval(precision / 0.61, 0.08, fired),
        kept_ratio: (1 - precision) / 0.39,
        odds_ratio: 4.2,
        median_lead_weeks: lead,
        refires_per_deal: 0.04,
        recall: 0.4,
      },
    })),
  }),
  'GET /trust/decisions': () => ({ basis, items: [], comparison: 'observational', message: null }),
  'GET /alerts': () => ({ basis, items: [] }),
};
