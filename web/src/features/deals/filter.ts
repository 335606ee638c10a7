import type { LocationQuery, LocationQueryRaw, LocationQueryValue } from 'vue-router';

import type { Schemas } from '@/api';
import type { paths } from '@/api/schema';

export type DealsQuery = NonNullable<paths['/deals']['get']['parameters']['query']>;
export type Sort = NonNullable<DealsQuery['sort']>;
export type RiskBand = Schemas['RiskBand'];

/** What of the deals is shown. It lives in the address, so that a view is a link. */
export interface DealFilter {
  q: string;
  owner: string[];
  team: string[];
  region: string[];
  stage: string[];
  forecast_category: string[];
  risk_band: RiskBand[];
  min_win: number | null;
  max_win: number | null;
  commit_from: string | null;
  commit_to: string | null;
  reviewed: boolean | null;
  snoozed: boolean | null;
  sort: Sort;
}

export const LISTS = ['owner', 'team', 'region', 'stage', 'forecast_category'] as const;
export type ListName = (typeof LISTS)[number];
const BANDS: RiskBand[] = ['high', 'elevated', 'normal', 'unknown'];
export const DEFAULT_SORT: Sort = '-at_stake';
/** What the server sorts by; each also with a minus for descending. */
const SORT_KEYS = [
  'at_stake',
  'quarter_value_at_risk',
  'win',
  'win_by_quarter_end',
  'amount',
  'commit_date',
  'slip',
  'loss',
  'excess_risk',
  'risk',
  'age_days',
  'name',
  'account',
  'owner',
  'team',
  'stage',
  'close_p50',
  'change_points',
] as const satisfies readonly Sort[];

type Raw = LocationQueryValue | LocationQueryValue[] | undefined;

const texts = (raw: Raw): string[] =>
  [raw].flat().filter((value): value is string => typeof value === 'string' && value !== '');
const one = (raw: Raw): string | null => texts(raw)[0] ?? null;
function share(raw: Raw): number | null {
  const value = Number(one(raw) ?? Number.NaN);
  return value >= 0 && value <= 1 ? value : null;
}
function flag(raw: Raw): boolean | null {
  const value = one(raw);
  return value === 'true' ? true : value === 'false' ? false : null;
}

function sorting(raw: Raw): Sort {
  const value = one(raw) ?? DEFAULT_SORT;
  return SORT_KEYS.some((key) => value === key || value === `-${key}`)
    ? (value as Sort)
    : DEFAULT_SORT;
}

/** Reads the address; what makes no sense there is left out. */
export function readFilter(query: LocationQuery): DealFilter {
  return {
    q: one(query.q) ?? '',
    owner: texts(query.owner),
    team: texts(query.team),
    region: texts(query.region),
    stage: texts(query.stage),
    forecast_category: texts(query.forecast_category),
    risk_band: texts(query.risk_band).filter((band): band is RiskBand =>
      BANDS.some((known) => known === band),
    ),
    min_win: share(query.min_win),
    max_win: share(query.max_win),
    commit_from: one(query.commit_from),
    commit_to: one(query.commit_to),
    reviewed: flag(query.reviewed),
    snoozed: flag(query.snoozed),
    sort: sorting(query.sort),
  };
}

/** The filter as the API and the address write it: nothing for what does not filter. */
export function writeFilter(filter: DealFilter): DealsQuery {
  const written: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(filter)) {
    const silent =
      value === null ||
      value === '' ||
      (Array.isArray(value) && value.length === 0) ||
      (name === 'sort' && value === DEFAULT_SORT);
    if (!silent) written[name] = value;
  }
  return written as DealsQuery;
}

export function toAddress(filter: DealFilter): LocationQueryRaw {
  return Object.fromEntries(
    Object.entries(writeFilter(filter)).map(([name, value]) => [
      name,
      Array.isArray(value) ? value : String(value),
    ]),
  );
}

/** How many conditions narrow the list; sorting is none. */
export function countConditions(filter: DealFilter): number {
  return Object.keys(writeFilter({ ...filter, sort: DEFAULT_SORT })).length;
}

/** The next sort when a column head is chosen: worst first, then best first. */
export function nextSort(current: Sort, key: string, startsAscending: boolean): Sort {
  const first = startsAscending ? key : `-${key}`;
  const second = startsAscending ? `-${key}` : key;
  return (current === first ? second : first) as Sort;
}

/** The address of the CSV of the whole result. */
export function exportAddress(base: string, query: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    for (const item of [value].flat()) parameters.append(name, String(item));
  }
  const text = parameters.toString();
  return `${base}/deals/export${text ? `?${text}` : ''}`;
}
