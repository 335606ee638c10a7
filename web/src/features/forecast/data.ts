import type { Schemas } from '@/api';

export type Forecast = Schemas['Forecast'];
export type Node = Schemas['Node'];
export type Pin = { deal_id: string; outcome: 'won' | 'lost' | 'slipped' };

export interface TreeRow {
  node: Node;
  depth: number;
  hasChildren: boolean;
}

/** The tree as rows to show: children follow their parent, closed branches are left out. */
export function treeRows(nodes: Node[], open: ReadonlySet<string>): TreeRow[] {
  const known = new Set(nodes.map((node) => node.node_id));
  const children = new Map<string | null, Node[]>();
  for (const node of nodes) {
    const parent = node.parent_id !== null && known.has(node.parent_id) ? node.parent_id : null;
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  const rows: TreeRow[] = [];
  const visit = (parent: string | null, depth: number) => {
    for (const node of children.get(parent) ?? []) {
      const hasChildren = (children.get(node.node_id)?.length ?? 0) > 0;
      rows.push({ node, depth, hasChildren });
      if (hasChildren && open.has(node.node_id)) visit(node.node_id, depth + 1);
    }
  };
  visit(null, 0);
  return rows;
}

export interface DensityPoint {
  amount: number;
  density: number;
  cumulative: number;
}

/**
 * The curve as a picture needs it: neighbours averaged, because deals of round amounts make teeth
 * that say nothing about the quarter; the mass of the curve is kept.
 */
export function smoothDensity(curve: Schemas['CurvePoint'][], window: number): DensityPoint[] {
  return curve.map((point, index) => {
    let sum = 0;
    let weights = 0;
    for (let offset = -window; offset <= window; offset++) {
      const neighbour = curve[index + offset];
      if (!neighbour) continue;
      const weight = window + 1 - Math.abs(offset);
      sum += weight * neighbour.density;
      weights += weight;
    }
    return {
      amount: point.amount_minor,
      density: weights > 0 ? sum / weights : 0,
      cumulative: point.cumulative,
    };
  });
}

/** Drops what lies beyond the outer `share` of the mass on either side, so that the middle is seen. */
export function withoutTails(points: DensityPoint[], share: number): DensityPoint[] {
  return points.filter((point) => point.cumulative >= share && point.cumulative <= 1 - share);
}

/** Chance to land at `amount` or above, read off the curve between its points. */
export function chanceAbove(curve: Schemas['CurvePoint'][], amount: number): number | null {
  const first = curve[0];
  const last = curve.at(-1);
  if (!first || !last) return null;
  if (amount <= first.amount_minor) return 1;
  if (amount >= last.amount_minor) return 1 - last.cumulative;
  const index = curve.findIndex((point) => point.amount_minor >= amount);
  const right = curve[index];
  const left = curve[index - 1];
  if (!right || !left) return null;
  const share = (amount - left.amount_minor) / Math.max(1, right.amount_minor - left.amount_minor);
  return 1 - (left.cumulative + share * (right.cumulative - left.cumulative));
}

/** Sets, changes or (when chosen twice) removes the pin of a deal. */
export function togglePin(pins: Pin[], dealId: string, outcome: Pin['outcome']): Pin[] {
  const same = pins.some((pin) => pin.deal_id === dealId && pin.outcome === outcome);
  const others = pins.filter((pin) => pin.deal_id !== dealId);
  return same ? others : [...others, { deal_id: dealId, outcome }];
}

/** Pins as one value of the address: `ID:won,ID:lost`. */
export function writePins(pins: Pin[]): string | undefined {
  return pins.length > 0 ? pins.map((pin) => `${pin.deal_id}:${pin.outcome}`).join(',') : undefined;
}

export function readPins(text: unknown): Pin[] {
  if (typeof text !== 'string') return [];
  return text
    .split(',')
    .map((part) => part.split(':'))
    .filter(
      (part): part is [string, Pin['outcome']] =>
        part.length === 2 && part[0] !== '' && ['won', 'lost', 'slipped'].includes(part[1] ?? ''),
    )
    .map(([deal_id, outcome]) => ({ deal_id, outcome }));
}
