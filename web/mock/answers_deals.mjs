// What the mock server answers about deals.
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
  'GET /deals/{deal_id}/missing-facts': ({ parameters }) => {
    const deal = find(parameters[0]);
    return {
      basis,
      deal_id: deal.deal_id,
      win: deal.win,
      band_width: 17,
      place: 'from Negotiation',
      peers: 140,
      facts: 14,
      items: [
        {
          fact: 'buyer_role',
          label: 'economic buyer or decision maker',
          with: { n: 80, won: 34, low: 0.35, high: 0.49 },
          without: { n: 60, won: 12, low: 0.14, high: 0.27 },
          enough: true,
          low: deal.win.value,
          middle: Math.min(1, deal.win.value + 0.05),
          high: Math.min(1, deal.win.value + 0.08),
          moved: 5.4,
          band_width: 15,
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
};
