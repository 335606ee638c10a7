// What the mock server answers about people, models, data and jobs.
import * as company from './company.mjs';

const { basis, deals, instant } = company;
const refuse = (status, code, title, detail) => ({ problem: { status, code, title, detail } });
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

export const answers = {
  'GET /meta': ({ state }) => ({
    version: '0.1.0',
    signed_in: state.signedIn,
    first_start: false,
    sign_in_methods: ['password', 'link'],
    openid_label: null,
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
  'GET /monitoring/runs': () => ({
    items: [
      {
        day: basis.as_of.slice(0, 10),
        moment: basis.as_of,
        status: 'done',
        steps: [
          {
            step: 'score',
            status: 'done',
            summary: '208 deals scored.',
            seconds: 1.9,
            processor_seconds: 3.1,
            peak_bytes: 184_000_000,
          },
        ],
        computed_again: 64,
        identical: 64,
      },
    ],
  }),
  'GET /alerts/changes': () => ({
    items: [
      {
        at: `${basis.as_of.slice(0, 10)}T08:10:00.000Z`,
        actor: 'revops@example.com',
        rule: 'silent',
        what: 'muted',
        before: null,
        after: null,
        reason: 'Activities are not synchronised for two teams',
      },
    ],
  }),
  'GET /data/organisation-changes': () => ({
    basis,
    since: basis.as_of,
    total: 1,
    items: [
      {
        kind: 'team',
        subject: 'Ben Bittern',
        effective: basis.as_of,
        known: basis.as_of,
        before: 'North',
        after: 'South',
        amount_before: null,
        amount_after: null,
        count: 1,
        actor: null,
      },
    ],
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
