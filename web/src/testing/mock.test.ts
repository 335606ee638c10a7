import { describe, expect, it } from 'vitest';

import { answers } from '../../mock/answers.mjs';
import { findRoute, violations } from '../../mock/contract.mjs';

const state = { signedIn: true, empty: false, role: 'leader', decisions: [] };

describe('the mock server', () => {
  const reads = Object.keys(answers).filter((key) => key.startsWith('GET '));
  it.each(reads)('keeps the contract: %s', (key) => {
    const template = key.slice(4);
    const path = template.replace(/\{[^}]+\}/g, 'champion');
    const route = findRoute('GET', path);
    const make = answers[key] as (request: object) => unknown;
    const parameters = template.includes('{deal_id}') ? [firstDeal()] : ['champion'];
    const body = make({ query: new URLSearchParams(), parameters, body: null, state });
    expect(route?.template).toBe(template);
    if (typeof body === 'object') expect(violations(route?.schema, body)).toEqual([]);
  });
});

function firstDeal(): string {
  const list = answers['GET /deals'] as (request: object) => { items: { deal_id: string }[] };
  return list({ query: new URLSearchParams() }).items[0]?.deal_id ?? '';
}
