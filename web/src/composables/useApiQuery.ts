import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, reactive, type Ref, toValue } from 'vue';

/**
 * Reads from the server. `key` names what is read, with everything it depends on: an answer to an
 * older key never replaces a newer one. While a new key loads, the former answer stays visible
 * and `isStale` is true.
 * Do not destructure the result: it would lose its reactivity.
 */
export function useApiQuery<T>(
  key: MaybeRefOrGetter<readonly unknown[]>,
  read: (signal: AbortSignal) => Promise<T>,
  options: { enabled?: MaybeRefOrGetter<boolean>; keepFormer?: boolean } = {},
) {
  const query = useQuery({
    queryKey: computed(() => [...toValue(key)]),
    queryFn: ({ signal }) => read(signal),
    enabled: computed(() => toValue(options.enabled ?? true)),
    placeholderData: options.keepFormer === false ? undefined : keepPreviousData,
  });
  // One reactive object: `query.data` in scripts and templates, `v-bind="query"` for a QueryView.
  return reactive({
    data: query.data as Ref<T | undefined>,
    error: query.error,
    isLoading: query.isLoading,
    isStale: query.isPlaceholderData,
    isFetching: query.isFetching,
    refresh: () => query.refetch(),
  });
}
