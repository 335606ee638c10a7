import { describe, expect, it } from 'vitest';

import { parseCard } from './card';

describe('a model card', () => {
  it('becomes headings, paragraphs, lists and tables', () => {
    expect(
      parseCard(
        '# Card\n\nOne line\nand more.\n\n- a\n- **b**\n\n| x | y |\n|---|--:|\n| 1 | 2 |\n',
      ),
    ).toEqual([
      { kind: 'heading', level: 1, text: 'Card' },
      { kind: 'paragraph', text: 'One line and more.' },
      { kind: 'list', items: ['a', 'b'] },
      { kind: 'table', head: ['x', 'y'], rows: [['1', '2']] },
    ]);
  });
  it('keeps markup of other kinds as the text it is', () => {
    expect(parseCard('<b>no</b> `code`')).toEqual([{ kind: 'paragraph', text: '<b>no</b> code' }]);
  });
});
