import { columnVisibilityFeature, type ColumnDef, tableFeatures } from '@tanstack/vue-table';

import type { Schemas } from '@/api';

export type DealRow = Schemas['DealRow'];

/** What the table needs to know of a column beyond its name (`deals.column.ID`). */
export interface ColumnLook {
  /** A track of a CSS grid. */
  width: string;
  numeric?: boolean;
  /** Key of the server's sort; absent when it cannot sort by it. */
  sort?: string;
  /** Texts and dates begin with A and the earliest; figures with the largest. */
  ascendingFirst?: boolean;
  /** Shown from this width of the window on, in pixels, unless chosen otherwise. */
  from: number;
}

export const features = tableFeatures({ columnVisibilityFeature });

export const LOOKS: Record<string, ColumnLook> = {
  name: { width: 'minmax(9.5rem, 4fr)', sort: 'name', ascendingFirst: true, from: 0 },
  owner: { width: 'minmax(7rem, 1.2fr)', sort: 'owner', ascendingFirst: true, from: 1180 },
  stage: { width: 'minmax(6.5rem, 1.2fr)', sort: 'stage', ascendingFirst: true, from: 900 },
  amount: { width: '5rem', numeric: true, sort: 'amount', from: 480 },
  win: { width: '8.25rem', numeric: true, sort: 'win', from: 0 },
  change: { width: '4rem', numeric: true, sort: 'change_points', from: 700 },
  close: { width: '9.5rem', sort: 'close_p50', ascendingFirst: true, from: 1280 },
  risk: { width: '6.5rem', sort: 'excess_risk', from: 820 },
  at_stake: { width: '5rem', numeric: true, sort: 'at_stake', from: 560 },
  value_at_risk: { width: '6rem', numeric: true, sort: 'quarter_value_at_risk', from: 1380 },
  slip: { width: '4.5rem', numeric: true, sort: 'slip', from: 1600 },
  by_quarter_end: { width: '6.5rem', numeric: true, sort: 'win_by_quarter_end', from: 9999 },
  loss: { width: '4.5rem', numeric: true, sort: 'loss', from: 9999 },
  stall: { width: '4.5rem', numeric: true, from: 9999 },
  shrink: { width: '4.5rem', numeric: true, from: 9999 },
  age: { width: '5rem', numeric: true, sort: 'age_days', from: 9999 },
  category: { width: '7rem', from: 9999 },
  region: { width: '7rem', from: 9999 },
  marks: { width: '3.75rem', from: 1080 },
};

export const columns: ColumnDef<typeof features, DealRow>[] = Object.keys(LOOKS).map((id) => ({
  id,
  accessorFn: (row: DealRow) => row.deal_id,
  enableHiding: id !== 'name',
}));

/** Which columns a window of this width shows before anybody chooses. */
export function shownAt(width: number): Record<string, boolean> {
  return Object.fromEntries(Object.entries(LOOKS).map(([id, look]) => [id, look.from <= width]));
}

/** The columns an address names (`columns=name.win`), or null when it names none. */
export function readColumns(written: string): Record<string, boolean> | null {
  const named = written.split('.').filter((id) => id in LOOKS);
  if (named.length === 0) return null;
  return Object.fromEntries(
    Object.keys(LOOKS).map((id) => [id, id === 'name' || named.includes(id)]),
  );
}

/** Columns as an address names them. */
export function writeColumns(shown: Record<string, boolean>): string {
  return Object.keys(LOOKS)
    .filter((id) => shown[id])
    .join('.');
}
