import { describe, expect, it } from 'vitest';

import {
  chanceAbove,
  type Node,
  readPins,
  smoothDensity,
  togglePin,
  treeRows,
  withoutTails,
  writePins,
} from './data';

const node = (node_id: string, parent_id: string | null) =>
  ({ node_id, parent_id, name: node_id }) as unknown as Node;

describe('the roll-up tree', () => {
  const nodes = [node('total', null), node('a', 'total'), node('b', 'total'), node('a1', 'a')];
  it('shows children of open branches only, below their parent', () => {
    expect(treeRows(nodes, new Set(['total'])).map((row) => row.node.node_id)).toEqual([
      'total',
      'a',
      'b',
    ]);
    expect(
      treeRows(nodes, new Set(['total', 'a'])).map((row) => [row.node.node_id, row.depth]),
    ).toEqual([
      ['total', 0],
      ['a', 1],
      ['a1', 2],
      ['b', 1],
    ]);
  });
  it('begins with what the reader sees when the parent is not his to see', () => {
    expect(treeRows([node('team', 'hidden')], new Set()).map((row) => row.depth)).toEqual([0]);
  });
});

describe('the distribution', () => {
  const curve = [0, 1, 2, 3, 4].map((step) => ({
    amount_minor: step * 100,
    cumulative: step / 4,
    density: step === 2 ? 4 : 0,
  }));
  it('gives the chance to land above an amount', () => {
    expect(chanceAbove(curve, 0)).toBe(1);
    expect(chanceAbove(curve, 100)).toBeCloseTo(0.75);
    expect(chanceAbove(curve, 150)).toBeCloseTo(0.625);
    expect(chanceAbove(curve, 900)).toBeCloseTo(0);
    expect(chanceAbove([], 1)).toBeNull();
  });
  it('is smoothed without losing its mass away from the ends', () => {
    const total = smoothDensity(curve, 1).reduce((sum, point) => sum + point.density, 0);
    expect(total).toBeCloseTo(4);
    expect(smoothDensity(curve, 0).map((point) => point.density)).toEqual([0, 0, 4, 0, 0]);
  });
});

it('leaves out the far tails and nothing between them', () => {
  const points = [0.001, 0.2, 0.5, 0.999].map((cumulative) => ({
    amount: 1,
    density: 1,
    cumulative,
  }));
  expect(withoutTails(points, 0.01).map((point) => point.cumulative)).toEqual([0.2, 0.5]);
});

describe('pins', () => {
  it('replace each other, and go when chosen again', () => {
    let pins = togglePin([], 'x', 'won');
    pins = togglePin(pins, 'y', 'lost');
    pins = togglePin(pins, 'x', 'slipped');
    expect(pins).toEqual([
      { deal_id: 'y', outcome: 'lost' },
      { deal_id: 'x', outcome: 'slipped' },
    ]);
    expect(togglePin(pins, 'x', 'slipped')).toEqual([{ deal_id: 'y', outcome: 'lost' }]);
  });
  it('live in the address', () => {
    const pins = togglePin(togglePin([], 'x', 'won'), 'y', 'lost');
    expect(readPins(writePins(pins))).toEqual(pins);
    expect(readPins('x:maybe,:won,,y:won')).toEqual([{ deal_id: 'y', outcome: 'won' }]);
    expect(writePins([])).toBeUndefined();
  });
});
