import { describe, expect, it } from 'vitest';

import type { Schemas } from '@/api';

import { changesByRep } from './repChanges';

type Item = Schemas['WorkItem'];
const item = (owner: string | null, changed: Partial<Item['changed'][number]>[]): Item =>
  ({
    deal: { deal_id: 'D', owner: owner && { rep_id: owner, name: owner } },
    changed,
  }) as unknown as Item;
const edit = (kind: Item['changed'][number]['kind'], from: string | null, to: string) => ({
  kind,
  from,
  to,
});

describe('what changed per rep', () => {
  it('counts deals that were pushed, cut, moved or silent', () => {
    const [ann, bob] = changesByRep([
      item('Ann', [edit('commit_date', '2026-11-01', '2026-12-01')]),
      item('Ann', [edit('amount', '353,000.00 USD', '310,490.00 USD')]),
      item('Ann', []),
      item('Bob', [edit('stage', 'Qualification', 'Proposal'), edit('activity', 'a', 'b')]),
      item(null, []),
    ]);
    expect(ann).toMatchObject({ name: 'Ann', deals: 3, pushed: 1, cut: 1, silent: 1, moved: 0 });
    expect(bob).toMatchObject({ name: 'Bob', deals: 1, moved: 1, silent: 0 });
  });
  it('takes a date that came back as no change, and a first value as none', () => {
    const [rep] = changesByRep([
      item('Ann', [
        edit('commit_date', '2026-11-01', '2026-12-01'),
        edit('commit_date', '2026-12-01', '2026-11-01'),
      ]),
      item('Ann', [edit('amount', null, '5.00 USD'), edit('commit_date', null, '2026-12-01')]),
    ]);
    expect(rep).toMatchObject({ pushed: 0, pulled: 0, cut: 0, raised: 0, silent: 0 });
  });
});
