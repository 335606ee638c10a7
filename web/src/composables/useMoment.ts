import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/**
 * From which moment the pages look. It lives in the address (`as_of`, `known_at`), so that a link
 * to a past Monday shows that Monday. Empty means now.
 */
export function useMoment() {
  const route = useRoute();
  const router = useRouter();
  const one = (name: string) => {
    const value = route.query[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const moment = computed(() => ({ as_of: one('as_of'), known_at: one('known_at') }));

  async function lookFrom(asOf: string | undefined, knownAt?: string): Promise<void> {
    await router.push({
      query: { ...route.query, as_of: asOf || undefined, known_at: knownAt || undefined },
    });
  }

  /** The part of the address that links to other pages keep. */
  const keep = computed(() =>
    Object.fromEntries(Object.entries(moment.value).filter(([, value]) => value !== undefined)),
  );
  return { moment, keep, lookFrom };
}
