import { keepPreviousData, useInfiniteQuery } from '@tanstack/vue-query';
import { computed, markRaw, type MaybeRefOrGetter, reactive, toValue } from 'vue';

import { api, unwrap } from '@/api';

import type { DealRow } from './columns';
import type { DealsQuery } from './filter';

/** Rows of one request: large enough that scrolling seldom waits. */
const PAGE = 250;

/** Deals in the server's order, fetched page by page as they are needed; there is no cap. */
export function useDealPages(query: MaybeRefOrGetter<DealsQuery>) {
  const pages = useInfiniteQuery({
    queryKey: computed(() => ['deals', 'list', toValue(query)]),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/deals', {
          params: { query: { ...toValue(query), limit: PAGE, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
    // A page that was read does not change: neither compared nor observed field by field, a million
    // rows cost what their newest page costs.
    structuralSharing: false,
    shallow: true,
  });
  const rows = computed(() => {
    const lists = pages.data.value?.pages.map((page) => page.items) ?? [];
    return markRaw(([] as DealRow[]).concat(...lists));
  });
  return reactive({
    data: computed(() => pages.data.value?.pages[0]),
    rows,
    total: computed(() => pages.data.value?.pages[0]?.total ?? 0),
    error: pages.error,
    isLoading: pages.isLoading,
    isStale: pages.isPlaceholderData,
    isFetchingMore: pages.isFetchingNextPage,
    hasMore: pages.hasNextPage,
    fetchMore: () => pages.fetchNextPage({ cancelRefetch: false }),
    refresh: () => pages.refetch(),
  });
}
