import type { Schemas } from '@/api';

/** An empty fact of one deal with the figures that a table shows. */
export interface Gap {
  dealId: string;
  deal: string;
  fact: string;
  label: string;
  now: number;
  low: number | null;
  high: number | null;
  /** Points by which the estimate moves when the fact is known. */
  moved: number;
  withRate: number | null;
  withN: number;
  withoutRate: number | null;
  withoutN: number;
}

const MOST = 5;
/** Below this a page would show the same number. */
const LEAST_POINTS = 0.5;
const share = (record: Schemas['FactRecord']) => (record.n > 0 ? record.won / record.n : null);

/** The facts that would move the estimates most, over all deals; the most first. */
export function sharpestGaps(
  found: Schemas['MissingFacts'][],
  items: Schemas['WorkItem'][],
): Gap[] {
  const names = new Map(items.map(({ deal }) => [deal.deal_id, deal.name ?? deal.deal_id]));
  return found
    .flatMap((one) =>
      one.items
        .filter((fact) => fact.enough && fact.moved >= LEAST_POINTS)
        .map((fact) => ({
          dealId: one.deal_id,
          deal: names.get(one.deal_id) ?? one.deal_id,
          fact: fact.fact,
          label: fact.label,
          now: one.win.value,
          low: fact.low,
          high: fact.high,
          moved: fact.moved,
          withRate: share(fact.with),
          withN: fact.with.n,
          withoutRate: share(fact.without),
          withoutN: fact.without.n,
        })),
    )
    .sort((a, b) => b.moved - a.moved)
    .slice(0, MOST);
}
