/** Geometry of a waterfall: where each bar begins and ends as shares of the width, 0 to 1. */

export interface WaterfallStep {
  id: string;
  label: string;
  change: number;
  detail?: string;
  selectable?: boolean;
}

export interface PlacedStep extends WaterfallStep {
  left: number;
  width: number;
  /** Where the bar begins: the level before it. */
  fromAt: number;
}

/** Steps whose sum differs from end less start by more than rounding would be a wrong picture. */
export function misses(start: number, end: number, steps: WaterfallStep[]): number {
  return end - start - steps.reduce((sum, step) => sum + step.change, 0);
}

/** Keeps the `most` largest steps and adds the rest up, so that nothing is lost from the sum. */
export function foldSmall(
  steps: WaterfallStep[],
  most: number,
  restLabel: (count: number) => string,
): WaterfallStep[] {
  if (steps.length <= most) return steps;
  const ranked = [...steps].sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  const kept = new Set(ranked.slice(0, most - 1).map((step) => step.id));
  const rest = steps.filter((step) => !kept.has(step.id));
  return [
    ...steps.filter((step) => kept.has(step.id)),
    {
      id: 'rest',
      label: restLabel(rest.length),
      change: rest.reduce((sum, step) => sum + step.change, 0),
      selectable: false,
    },
  ];
}

export function layOut(start: number, end: number, steps: WaterfallStep[], include: number[]) {
  const levels = [start, end, ...include];
  let level = start;
  for (const step of steps) {
    level += step.change;
    levels.push(level);
  }
  const low = Math.min(...levels);
  const high = Math.max(...levels);
  const margin = (high - low) * 0.03 || 1;
  const at = (value: number) => (value - low + margin) / (high - low + 2 * margin);
  let before = start;
  const placed: PlacedStep[] = steps.map((step) => {
    const after = before + step.change;
    const left = at(Math.min(before, after));
    const fromAt = at(before);
    const width = at(Math.max(before, after)) - left;
    before = after;
    return { ...step, left, width, fromAt };
  });
  return { startAt: at(start), endAt: at(end), steps: placed };
}
