import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { answerRequests, requests, showPage } from '@/testing/page';

import { answers } from '../../../mock/answers.mjs';
import { anchored, type Overview, pastInside, quotaChange, toMovementView } from './data';
import MondayPage from './MondayPage.vue';

const overview = () =>
  (answers['GET /overview'] as (request: object) => Overview)({
    query: new URLSearchParams(),
    state: { role: 'leader' },
  });

describe('what Monday makes of the answer', () => {
  it('folds small causes without losing their sum', () => {
    const { movement } = overview();
    if (!movement) throw new Error('the mock has a movement');
    for (const most of [3, 5, 20]) {
      const view = toMovementView(movement, most);
      const sum = view.steps.reduce((total, step) => total + step.change, view.start);
      expect(sum).toBeCloseTo(view.end, 6);
      expect(view.steps.length).toBeLessThanOrEqual(most);
    }
  });
  it('has no change of the chance without a chance on both days', () => {
    expect(quotaChange(overview())).toBeCloseTo(-12.7, 0);
    expect(quotaChange({ ...overview(), then: null })).toBeNull();
  });
  it('moves between the two chances on the page, even where the causes end elsewhere', () => {
    const made = overview();
    const movement = anchored(made);
    expect(movement?.start).toBeCloseTo((made.then?.quota_probability ?? 0) * 100, 9);
    expect(movement?.end).toBeCloseTo((made.now?.quota_probability ?? 0) * 100, 9);
    const sum = movement?.bars.reduce((total, bar) => total + bar.change, movement.start) ?? 0;
    expect(Math.abs(sum - (movement?.end ?? 0))).toBeLessThan(0.05 + 1e-9);
    expect(anchored({ ...made, movement: null })).toBeNull();
  });
  it('counts quarters that landed inside their band', () => {
    const [quarter] = overview().past;
    if (!quarter) throw new Error('the mock has past quarters');
    const outside = {
      ...quarter,
      actual: { ...quarter.actual, amount_minor: quarter.band.p90.amount_minor + 1 },
    };
    expect(pastInside([quarter, outside])).toBe(1);
  });
});

describe('the Monday page', () => {
  beforeEach(() => answerRequests());
  afterEach(() => vi.unstubAllGlobals());

  it('states the headline, the causes and the worklist', async () => {
    const { page } = await showPage(MondayPage);
    expect(page.get('h1').text()).toBe(
      'The chance to reach quota fell from 71% to 58%; most of it: pushed out of the quarter',
    );
    expect(page.text()).toContain('Pushed out of the quarter');
    expect(page.findAll('[aria-keyshortcuts], ol > li').length).toBeGreaterThan(5);
  });
  it('puts the worklist first for managers, and the machinery last for operators', async () => {
    answerRequests({ 'GET /overview': { ...overview(), role: 'manager' } });
    const manager = (await showPage(MondayPage)).page.text();
    expect(manager.indexOf('This hour’s worklist')).toBeLessThan(manager.indexOf('Why it moved'));
    answerRequests({ 'GET /overview': { ...overview(), role: 'revops' } });
    expect((await showPage(MondayPage)).page.text()).toContain('The machinery');
  });
  it('records a review at once and offers to take it back', async () => {
    const { page } = await showPage(MondayPage);
    await page.get('button[aria-label="Reviewed"]').trigger('click');
    await vi.waitFor(() =>
      expect(requests.some((name) => /^POST \/deals\/.*\/decisions$/.test(name))).toBe(true),
    );
  });
  it('says no signal when base rates are served', async () => {
    const refused = overview();
    refused.basis.refusal = 'No model beats the win rate by stage.';
    answerRequests({ 'GET /overview': refused });
    expect((await showPage(MondayPage)).page.text()).toContain(
      'No model beats the win rate by stage.',
    );
    refused.basis.refusal = null;
  });
  it('says what failed and offers to try again', async () => {
    answerRequests({ 'GET /overview': 500 });
    const { page } = await showPage(MondayPage);
    expect(page.get('[role="alert"]').text()).toContain('Told so.');
    answerRequests();
    await page.get('[role="alert"] button').trigger('click');
    await vi.waitFor(() => expect(page.find('h1').exists()).toBe(true));
  });
});
