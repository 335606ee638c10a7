import type { Schemas } from '@/api';
import type { WaterfallStep } from '@/charts/waterfall';
import { parseDate, prose } from '@/format';
import { t } from '@/messages';
import { featureName, groupName } from '@/messages/features';

export type Deal = Schemas['Deal'];
export type Reason = Schemas['Reason'];
export type Lever = Schemas['Levers']['levers'][number];
export type EditValue = string | number | boolean | null;

/**
 * Reasons as steps from the base rate to the number on the screen. The `most` largest stay, the rest
 * is one step, so that the steps always add up to the number.
 */
export function reasonSteps(
  reasons: Reason[],
  most: number,
  owner?: Deal['deal']['owner'],
): WaterfallStep[] {
  /** The model knows a rep by the key; people know a name. */
  const named = (text: string) => (owner ? text.replaceAll(owner.rep_id, owner.name) : text);
  const ranked = [...reasons].sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  const steps: WaterfallStep[] = ranked.slice(0, most).map((reason) => ({
    id: reason.feature,
    label: named(prose(reason.sentence)),
    change: reason.points,
  }));
  const rest = ranked.slice(most);
  if (rest.length > 0) {
    steps.push({
      id: 'rest',
      label: t('reasons.rest', { count: rest.length }),
      change: rest.reduce((sum, reason) => sum + reason.points, 0),
      selectable: false,
    });
  }
  return steps;
}

export function groupSteps(groups: Schemas['ReasonGroup'][]): WaterfallStep[] {
  return [...groups]
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .map((group) => ({ id: group.group, label: groupName(group.group), change: group.points }));
}

/** A cause of a change, with the name of its field and both values where they are told. */
export function causeText(cause: Schemas['Change']['causes'][number]): string {
  return cause.field && cause.before !== null && cause.after !== null
    ? t('feature.change', {
        field: featureName(cause.field),
        before: cause.before ?? t('word.missing'),
        after: cause.after ?? t('word.missing'),
      })
    : prose(cause.label);
}

/** Only what differs from the present values is asked of the model. */
export function changedEdits(
  levers: Lever[],
  values: Record<string, EditValue>,
): { field: string; value: EditValue }[] {
  return levers
    .filter((lever) => lever.field in values && values[lever.field] !== lever.value)
    .map((lever) => ({ field: lever.field, value: values[lever.field] ?? null }));
}

export interface HistoryPoint {
  at: number;
  win: number;
  low: number | null;
  high: number | null;
}

/** Mondays as instants and shares, oldest first; Mondays without a date are left out. */
export function historyPoints(history: Schemas['DealHistory']): HistoryPoint[] {
  return history.points
    .map((point) => ({
      at: parseDate(point.as_of)?.getTime() ?? Number.NaN,
      win: point.win.value,
      low: point.win.low,
      high: point.win.high,
    }))
    .filter((point) => Number.isFinite(point.at))
    .sort((a, b) => a.at - b.at);
}

/** The largest fall or rise between two Mondays; null with fewer than two. */
export function largestMove(points: HistoryPoint[]): { at: number; points: number } | null {
  let best: { at: number; points: number } | null = null;
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (!before) return;
    const change = (point.win - before.win) * 100;
    if (!best || Math.abs(change) > Math.abs(best.points)) best = { at: point.at, points: change };
  });
  return best;
}
