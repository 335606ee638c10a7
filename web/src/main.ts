import { QueryCache, QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { createApp, watch } from 'vue';

import { ApiProblem } from '@/api';
import { whenSignInRequired } from '@/api/client';
import { startLanguage, useLanguage } from '@/messages';

import App from './app/App.vue';
import { makeRouter } from './app/router';
import { META_KEY, SESSION_KEY } from './composables/useSession';
import './style.css';

const queries = new QueryClient({
  queryCache: new QueryCache(),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // Only what may pass by itself is tried again.
      retry: (failures, error) =>
        failures < 2 &&
        error instanceof ApiProblem &&
        (error.isUnreachable || error.status === 503 || error.status === 429),
    },
  },
});
const router = makeRouter(queries);

whenSignInRequired(() => {
  if (router.currentRoute.value.name === 'sign-in') return;
  queries.setQueryData(SESSION_KEY, null);
  void queries.invalidateQueries({ queryKey: META_KEY });
  void router.push({ name: 'sign-in', query: { then: router.currentRoute.value.fullPath } });
});

void startLanguage().finally(() => {
  // Sentences of the server are asked for again in the other language.
  watch(useLanguage().language, () => void queries.invalidateQueries());
  createApp(App).use(VueQueryPlugin, { queryClient: queries }).use(router).mount('#app');
});
