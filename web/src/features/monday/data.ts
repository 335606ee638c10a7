import type { Schemas } from '@/api';
import { foldSmall, type WaterfallStep } from '@/charts/waterfall';
import { prose } from '@/format';
import { locale, tOr, t } from '@/messages';

export type Overview = Schemas['Overview'];
export type Movement = NonNullable<Overview['movement']>;
export type Bar = Schemas['Bar'];

export interface MovementView {
  unit: 'points' | 'minor';
  start: number;
  end: number;
  steps: WaterfallStep[];
  barOf: Map<string, Bar>;
}

/** The name of a cause in the reader's language; the server's own words where we have none. */
export function causeLabel(bar: Bar): string {
  return tOr(`cause.${bar.cause}`, bar.label);
}

/** A movement as a waterfall of at most `most` rows; what is folded stays in the sum. */
export function toMovementView(movement: Movement, most: number): MovementView {
  const bars = movement.bars.filter((bar) => bar.change !== 0);
  const steps: WaterfallStep[] = bars.map((bar, index) => ({
    id: `${bar.cause}-${index}`,
    label: causeLabel(bar),
    change: bar.change,
    detail: bar.num_deals ? t('count.deals', { count: bar.num_deals }) : undefined,
    selectable: bar.deals.length > 0,
  }));
  return {
    unit: movement.unit,
    start: movement.start,
    end: movement.end,
    steps: foldSmall(steps, most, (count) => t('waterfall.rest', { count })),
    barOf: new Map(bars.map((bar, index) => [`${bar.cause}-${index}`, bar])),
  };
}

/**
 * The movement between the two numbers that the page shows. Its own ends are computed on another
 * grid than the distributions; the difference is a step of its own, so that no day has two values.
 */
export function anchored(overview: Overview): Movement | null {
  const { movement } = overview;
  const then = overview.then?.quota_probability;
  const now = overview.now?.quota_probability;
  if (movement?.unit !== 'points' || typeof then !== 'number' || typeof now !== 'number') {
    return movement;
  }
  const sum = movement.bars.reduce((total, bar) => total + bar.change, 0);
  const rest = (now - then) * 100 - sum;
  const residual = { cause: 'residual', label: '', change: rest, num_deals: 0, deals: [] };
  return {
    ...movement,
    start: then * 100,
    end: now * 100,
    bars: Math.abs(rest) < 0.05 ? movement.bars : [...movement.bars, residual],
  };
}

/** English writes a name in small letters within a sentence; German nouns keep theirs. */
const midSentence = (name: string) =>
  locale.value.startsWith('en') ? name.charAt(0).toLowerCase() + name.slice(1) : name;

/** The first sentence of the page, in the reader's language and number format. */
export function headlineOf(
  overview: Overview,
  percent: (share: number) => string,
  money: (minor: number) => string,
): string {
  const { now, then, movement } = overview;
  if (!now) return prose(overview.headline);
  // What is named is what moved it that way; a larger cause against it does not explain it.
  const way = movement ? Math.sign(movement.end - movement.start) : 0;
  const first = [...(movement?.bars ?? [])]
    .filter((bar) => Math.sign(bar.change) === way)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))[0];
  const withCause = (headline: string) =>
    first && way !== 0
      ? t('monday.headline.cause', { headline, cause: midSentence(causeLabel(first)) })
      : headline;
  if (typeof now.quota_probability === 'number') {
    const to = percent(now.quota_probability);
    if (typeof then?.quota_probability !== 'number') return t('monday.headline.now', { to });
    const from = percent(then.quota_probability);
    if (from === to) return t('monday.headline.stayed', { to });
    const fell = now.quota_probability < then.quota_probability;
    return withCause(t(`monday.headline.${fell ? 'fell' : 'rose'}`, { from, to }));
  }
  const to = money(now.mean.amount_minor);
  const change = then ? now.mean.amount_minor - then.mean.amount_minor : 0;
  if (change === 0) return t('monday.headline.mean', { to });
  return withCause(
    t(`monday.headline.${change < 0 ? 'meanFell' : 'meanRose'}`, {
      change: money(Math.abs(change)),
      to,
    }),
  );
}

/** Points of P(quota) gained or lost; null when either side is unknown. */
export function quotaChange(overview: Overview): number | null {
  const now = overview.now?.quota_probability;
  const then = overview.then?.quota_probability;
  return typeof now === 'number' && typeof then === 'number' ? (now - then) * 100 : null;
}

/** Of past quarters at this week: how many landed inside their band. */
export function pastInside(past: Overview['past']): number {
  return past.filter(
    (quarter) =>
      quarter.actual.amount_minor >= quarter.band.p10.amount_minor &&
      quarter.actual.amount_minor <= quarter.band.p90.amount_minor,
  ).length;
}

/** Who sees the worklist before the quarter: those whose week is deals rather than the forecast. */
export function isWorklistFirst(role: Overview['role']): boolean {
  return role === 'rep' || role === 'manager';
}

/** Who wants to know first whether the data arrived and the model still holds. */
export function isOperator(role: Overview['role']): boolean {
  return role === 'revops' || role === 'admin';
}
