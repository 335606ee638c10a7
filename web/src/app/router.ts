import type { QueryClient } from '@tanstack/vue-query';
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';

import { type Permission, readSession, SESSION_KEY } from '@/composables/useSession';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the messages. */
    title: string;
    /** Without it the page says that it is not for this person. */
    permission?: Permission;
    /** Shown without signing in and without the shell. */
    public?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  {
    path: '/',
    name: 'monday',
    component: () => import('@/features/monday/MondayPage.vue'),
    meta: { title: 'nav.monday', permission: 'read' },
  },
  {
    path: '/deals',
    name: 'deals',
    component: () => import('@/features/deals/DealsPage.vue'),
    meta: { title: 'nav.deals', permission: 'read' },
  },
  {
    path: '/deals/:id',
    name: 'deal',
    component: () => import('@/features/deal/DealPage.vue'),
    props: true,
    meta: { title: 'nav.deal', permission: 'read' },
  },
  {
    path: '/forecast',
    name: 'forecast',
    component: () => import('@/features/forecast/ForecastPage.vue'),
    meta: { title: 'nav.forecast', permission: 'read' },
  },
  {
    path: '/trust',
    name: 'trust',
    component: () => import('@/features/trust/TrustPage.vue'),
    meta: { title: 'nav.trust', permission: 'read' },
  },
  {
    path: '/models',
    name: 'models',
    component: () => import('@/features/models/ModelsPage.vue'),
    meta: { title: 'nav.models', permission: 'insight' },
  },
  {
    path: '/data',
    name: 'data',
    component: () => import('@/features/data/DataPage.vue'),
    meta: { title: 'nav.data', permission: 'operate' },
  },
  {
    path: '/settings',
    name: 'settings',
    component: () => import('@/features/settings/SettingsPage.vue'),
    meta: { title: 'nav.settings' },
  },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('@/features/account/SignInPage.vue'),
    meta: { title: 'nav.signIn', public: true },
  },
  {
    path: '/:rest(.*)*',
    name: 'missing',
    component: () => import('./MissingPage.vue'),
    meta: { title: 'nav.missing' },
  },
];

export function makeRouter(queries: QueryClient) {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
  });
  router.beforeEach(async (to) => {
    if (to.meta.public) return true;
    const session = await queries
      .fetchQuery({
        queryKey: SESSION_KEY,
        queryFn: ({ signal }) => readSession(signal),
        staleTime: 5 * 60_000,
      })
      .catch(() => undefined);
    // Without an answer the page itself says that the server cannot be reached.
    return session === null ? { name: 'sign-in', query: { then: to.fullPath } } : true;
  });
  return router;
}
