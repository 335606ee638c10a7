import type { Schemas } from '@/api';
import { foldSmall, type WaterfallStep } from '@/charts/waterfall';
import { tOr, t } from '@/messages';

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
  const steps = bars.map((bar, index) => ({
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
