import { QueryCache, QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';

import { ApiProblem } from '@/api';
import { whenSignInRequired } from '@/api/client';
import { startLanguage } from '@/messages';

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
  createApp(App).use(VueQueryPlugin, { queryClient: queries }).use(router).mount('#app');
});
