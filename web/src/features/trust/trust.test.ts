import { beforeEach, describe, expect, it } from 'vitest';

import { answerRequests, showPage } from '@/testing/page';

import TrustPage from './TrustPage.vue';

describe('the trust page', () => {
  beforeEach(() => answerRequests());
  it('judges calls by the reason that was given, the own first', async () => {
    const { page } = await showPage(TrustPage, '/trust');
    const table = page.findAll('table').find((each) => each.text().includes('Timing'));
    const rows = table?.findAll('tbody tr') ?? [];
    expect(rows.slice(0, 4).map((row) => row.find('td').text())).toEqual([
      'You(you)',
      'Timing',
      'I know something of the deals',
      'No reason given',
    ]);
    const judged = rows.slice(0, 4).map((row) => row.findAll('td')[1]?.text());
    expect(judged[0]).toBe('9 / 12');
    expect(rows[1]?.findAll('td')[1]?.attributes('data-label')).toBeTruthy();
  }, 30_000);
});
