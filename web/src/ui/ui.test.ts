import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';

import ChartFrame from '@/charts/ChartFrame.vue';
import Waterfall from '@/charts/Waterfall.vue';

import Delta from './Delta.vue';
import IntervalBar from './IntervalBar.vue';
import RiskMark from './RiskMark.vue';

describe('numbers with intervals', () => {
  it('tell value and band to those who do not see the bar', () => {
    const bar = mount(IntervalBar, { props: { value: 0.42, low: 0.31, high: 0.53 } });
    expect(bar.get('[role="img"]').attributes('aria-label')).toBe('42%, 80% interval 31–53%');
  });
  it('say that a value is not known instead of drawing zero', () => {
    const bar = mount(IntervalBar, { props: { value: null } });
    expect(bar.get('[role="img"]').attributes('aria-label')).toBe('not known');
    expect(bar.find('circle').exists()).toBe(false);
  });
  it('tell direction by sign and arrow, not by colour alone', () => {
    expect(mount(Delta, { props: { points: -3.26 } }).text()).toBe('▼ −3.3');
    expect(mount(Delta, { props: { points: 0.01 } }).text()).toBe('0.0');
    expect(mount(Delta, { props: { points: null } }).text()).toBe('–');
  });
  it('tell risk by word and by bars', () => {
    const filled = (band: string) =>
      mount(RiskMark, { props: { band } }).findAll('rect[fill="currentColor"]').length;
    expect([filled('high'), filled('elevated'), filled('normal')]).toEqual([3, 2, 0]);
    expect(mount(RiskMark, { props: { band: 'unknown' } }).text()).toBe('No signal');
  });
});

describe('a waterfall', () => {
  const props = {
    start: 60,
    end: 54,
    startLabel: 'then',
    endLabel: 'now',
    steps: [
      { id: 'a', label: 'Pushed out', change: -9 },
      { id: 'b', label: 'Won', change: 3 },
    ],
    write: String,
    writeChange: String,
    caption: 'Why it moved',
    selectable: true,
  };
  it('is a table that reads from start to end', () => {
    const rows = mount(Waterfall, { props }).findAll('tbody tr');
    expect(rows.map((row) => row.get('th').text())).toEqual(['then', 'Pushed out', 'Won', 'now']);
    expect(rows.at(-1)?.text()).toContain('54');
  });
  it('opens what stands behind a bar by mouse and keyboard', async () => {
    const table = mount(Waterfall, { props });
    await table.findAll('button')[0]?.trigger('click');
    await table.findAll('button')[1]?.trigger('focus');
    expect(table.emitted('select')).toEqual([['a']]);
    expect(table.emitted('point')).toEqual([['b']]);
  });
});

describe('a chart', () => {
  const frame = () =>
    mount(ChartFrame, {
      props: {
        name: 'Where it may land',
        finding: '58% reach quota',
        summary: 'Half below 6.5M',
        table: { columns: ['Amount', 'Chance'], rows: [[6_400_000, 0.58]] },
        write: (value: number) => value.toFixed(2),
      },
      slots: { default: '<svg data-picture />' },
    });
  it('has a name and a summary', () => {
    const figure = frame().get('figure');
    const title = figure.attributes('aria-labelledby') ?? '';
    expect(figure.find(`[id="${title}"]`).text()).toContain('58% reach quota');
    expect(figure.find('.sr-only').text()).toBe('Half below 6.5M');
  });
  it('opens as a table with the same numbers', async () => {
    const chart = frame();
    await chart.get('button[aria-label="Show as a table"]').trigger('click');
    expect(chart.find('[data-picture]').exists()).toBe(false);
    expect(chart.findAll('tbody td').map((cell) => cell.text())).toEqual(['6400000.00', '0.58']);
  });
});
