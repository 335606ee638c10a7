import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { flushPromises, mount } from '@vue/test-utils';
import { vi } from 'vitest';
import type { Component } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';

import { answers } from '../../mock/answers.mjs';
import { findRoute } from '../../mock/contract.mjs';

type Answer = (request: {
  query: URLSearchParams;
  parameters: string[];
  body: unknown;
  state: Record<string, unknown>;
}) => unknown;

/** Every request a page made, as `METHOD /path`. */
export const requests: string[] = [];

/**
 * Answers requests like the mock server, and fails on routes that the contract does not have or that
 * no answer was written for. `change` replaces answers: a value is the body, a number the status.
 */
export function answerRequests(change: Record<string, unknown> = {}): void {
  requests.length = 0;
  const state = { signedIn: true, empty: false, role: 'leader', decisions: [] };
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url, 'http://localhost');
    const path = url.pathname.replace('/api/v1', '');
    const name = `${request.method} ${path}`;
    requests.push(name);
    const route = findRoute(request.method, path);
    if (!route) throw new Error(`${name} is not in the contract`);
    const key = `${request.method} ${route.template}`;
    const text = request.method === 'GET' ? '' : await request.text();
    if (typeof change[key] === 'number') {
      return Response.json(
        {
          type: '/problems/x',
          title: 'x',
          status: change[key],
          code: 'internal',
          detail: 'Told so.',
        },
        { status: change[key], headers: { 'Content-Type': 'application/problem+json' } },
      );
    }
    const answer = (answers as Record<string, Answer>)[key];
    if (!(key in change) && !answer) throw new Error(`no answer was written for ${key}`);
    const body =
      key in change
        ? change[key]
        : answer?.({
            query: url.searchParams,
            parameters: route.parameters,
            body: text ? JSON.parse(text) : null,
            state,
          });
    return body === undefined
      ? new Response(null, { status: route.status })
      : Response.json(body, { status: route.status });
  });
}

/** A component as a page of its own, at `address`, once all its requests are answered. */
export async function showPage(component: Component, address = '/', props: object = {}) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      'monday',
      'deals',
      'deal',
      'forecast',
      'trust',
      'models',
      'data',
      'settings',
      'sign-in',
    ].map((name) => ({
      name,
      path: name === 'monday' ? '/' : name === 'deal' ? '/deals/:id' : `/${name}`,
      component: { template: '<i />' },
    })),
  });
  await router.push(address);
  const page = mount(component, {
    props,
    attachTo: document.body,
    global: {
      plugins: [
        router,
        [
          VueQueryPlugin,
          { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) },
        ],
      ],
    },
  });
  for (let round = 0; round < 6; round++) {
    await flushPromises();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { page, router };
}
