import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { flushPromises, mount } from '@vue/test-utils';
import { expect, it } from 'vitest';
import { defineComponent, h, ref } from 'vue';

import { useApiQuery } from './useApiQuery';

/** Reads whose answers come when the test says so, in any order. */
function showReads() {
  const key = ref('first');
  const answers = new Map<string, (text: string) => void>();
  const shown = mount(
    defineComponent(() => {
      const query = useApiQuery(
        () => ['texts', key.value],
        () => new Promise<string>((resolve) => answers.set(key.value, resolve)),
      );
      return () => h('p', [query.data ?? 'loading', query.isStale ? ', stale' : '']);
    }),
    { global: { plugins: [[VueQueryPlugin, { queryClient: new QueryClient() }]] } },
  );
  async function answer(name: string): Promise<void> {
    answers.get(name)?.(`answer to ${name}`);
    for (let round = 0; round < 3; round += 1) {
      await flushPromises();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
  return { key, shown, answer };
}

it('keeps the newer answer when the older one comes after it', async () => {
  const { key, shown, answer } = showReads();
  await flushPromises();
  key.value = 'second';
  await flushPromises();
  await answer('second');
  expect(shown.text()).toBe('answer to second');
  await answer('first');
  expect(shown.text()).toBe('answer to second');
});

it('shows the former answer as stale until the newer one is there', async () => {
  const { key, shown, answer } = showReads();
  await flushPromises();
  await answer('first');
  key.value = 'second';
  await flushPromises();
  expect(shown.text()).toBe('answer to first, stale');
  await answer('second');
  expect(shown.text()).toBe('answer to second');
});
