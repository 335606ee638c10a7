import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed } from 'vue';

import { api, ApiProblem, type Schemas, unwrap } from '@/api';
import { setCsrfToken } from '@/api/client';

export type Permission = Schemas['Permission'];

export async function readSession(signal?: AbortSignal): Promise<Schemas['Session'] | null> {
  try {
    const session = await unwrap(api.GET('/session', { signal }));
    setCsrfToken(session.csrf_token);
    return session;
  } catch (error) {
    if (error instanceof ApiProblem && error.isSignInRequired) {
      setCsrfToken(null);
      return null;
    }
    throw error;
  }
}

export const SESSION_KEY = ['session'] as const;
export const META_KEY = ['meta'] as const;

/** Who looks, what he may do, and what there is to look at. One request each, shared by all. */
export function useSession() {
  const client = useQueryClient();
  const session = useQuery({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => readSession(signal),
    staleTime: 5 * 60_000,
  });
  const meta = useQuery({
    queryKey: META_KEY,
    queryFn: ({ signal }) => unwrap(api.GET('/meta', { signal })),
    staleTime: 60_000,
  });
  const can = (permission: Permission) =>
    computed(() => session.data.value?.permissions.includes(permission) ?? false);

  async function begin(answer: Schemas['Session']): Promise<void> {
    setCsrfToken(answer.csrf_token);
    client.clear();
    client.setQueryData(SESSION_KEY, answer);
    await client.invalidateQueries({ queryKey: META_KEY });
  }
  async function signOut(): Promise<void> {
    await unwrap(api.DELETE('/session'));
    setCsrfToken(null);
    client.clear();
    client.setQueryData(SESSION_KEY, null);
  }
  return { session: session.data, meta: meta.data, can, begin, signOut };
}
