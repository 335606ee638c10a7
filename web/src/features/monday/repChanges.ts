import type { Schemas } from '@/api';

/** What one rep's deals went through since the day compared with. Counts are deals. */
export interface RepChanges {
  repId: string;
  name: string;
  deals: number;
  pushed: number;
  pulled: number;
  cut: number;
  raised: number;
  /** Moved to another stage or forecast category. */
  moved: number;
  /** Nothing happened at all: no activity and no edit. */
  silent: number;
}

type Event = Schemas['WorkItem']['changed'][number];

/** "353,000.00 USD" as a number; the server writes amounts with commas and a point. */
const amount = (text: string | null | undefined) =>
  Number.parseFloat((text ?? '').replaceAll(',', ''));
const edited = (events: Event[], kind: string) =>
  events.filter((event) => event.kind === kind && event.from && event.to);

/** Changes of the deals of a worklist by their owner, most changed first. */
export function changesByRep(items: Schemas['WorkItem'][]): RepChanges[] {
  const reps = new Map<string, RepChanges>();
  for (const { deal, changed } of items) {
    if (!deal.owner) continue;
    const rep: RepChanges = reps.get(deal.owner.rep_id) ?? {
      repId: deal.owner.rep_id,
      name: deal.owner.name ?? deal.owner.rep_id,
      deals: 0,
      pushed: 0,
      pulled: 0,
      cut: 0,
      raised: 0,
      moved: 0,
      silent: 0,
    };
    reps.set(rep.repId, rep);
    rep.deals += 1;
    // A date that went there and back is judged by where it came from and where it is.
    const dates = edited(changed, 'commit_date');
    const [before, after] = [dates[0]?.from ?? '', dates.at(-1)?.to ?? ''];
    if (after > before) rep.pushed += 1;
    if (after < before) rep.pulled += 1;
    const amounts = edited(changed, 'amount');
    const change = amount(amounts.at(-1)?.to) - amount(amounts[0]?.from);
    if (change < 0) rep.cut += 1;
    if (change > 0) rep.raised += 1;
    if (edited(changed, 'stage').length + edited(changed, 'forecast_category').length > 0) {
      rep.moved += 1;
    }
    if (changed.length === 0) rep.silent += 1;
  }
  const weight = (rep: RepChanges) => rep.pushed * 2 + rep.cut * 2 + rep.silent + rep.moved / 10;
  return [...reps.values()].sort((a, b) => weight(b) - weight(a) || a.name.localeCompare(b.name));
}
