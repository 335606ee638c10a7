import { mount } from '@vue/test-utils';
import { expect, it } from 'vitest';
import { h, nextTick } from 'vue';

import DataTable from './DataTable.vue';

const head = h('thead', h('tr', [h('th', 'Team'), h('th', ' P(quota)\n'), h('th')]));
const row = (...texts: string[]) =>
  h(
    'tr',
    texts.map((text) => h('td', text)),
  );

it('tells every cell its column, also of rows that come later', async () => {
  const table = mount(
    (props: { names: string[] }) =>
      h(DataTable, () => [
        head,
        h(
          'tbody',
          props.names.map((name) => row(name, '40%', 'x')),
        ),
      ]),
    { props: { names: ['North'] } },
  );
  await table.setProps({ names: ['North', 'South'] });
  await nextTick();
  const labels = table
    .findAll('tbody tr')
    .map((line) => line.findAll('td').map((cell) => cell.attributes('data-label')));
  expect(labels).toEqual([
    ['Team', 'P(quota)', undefined],
    ['Team', 'P(quota)', undefined],
  ]);
  expect(table.findAll('[role="columnheader"]')).toHaveLength(3);
  expect(table.findAll('[role="cell"]')).toHaveLength(6);
});

it('counts a cell over several columns as so many', () => {
  const table = mount(() =>
    h(DataTable, () => [
      head,
      h('tbody', h('tr', [h('td', { colspan: 1 }, 'North'), h('td', { colspan: 1 }, '1%')])),
      h('tbody', h('tr', [h('td', { colspan: 2 }, 'All'), h('td', 'x')])),
    ]),
  );
  const cells = table.findAll('tbody:last-child td');
  expect(cells[0]?.attributes('data-label')).toBe('Team');
  expect(cells[1]?.attributes('data-label')).toBeUndefined();
});
