import { useQueryClient } from '@tanstack/vue-query';

import { api, type Schemas, unwrap } from '@/api';
import { t } from '@/messages';

import { useMoment } from '@/composables/useMoment';
import { useToasts } from '@/composables/useToasts';

/**
 * Records what somebody decides about a deal, without asking first: the message that confirms it
 * offers to take it back.
 */
export function useDecisions() {
  const client = useQueryClient();
  const { show } = useToasts();
  const { moment } = useMoment();

  async function refresh(): Promise<void> {
    await Promise.all(
      ['overview', 'deals', 'deal'].map((key) => client.invalidateQueries({ queryKey: [key] })),
    );
  }

  async function decide(dealId: string, decision: Schemas['NewDecision']): Promise<boolean> {
    try {
      const kept = await unwrap(
        api.POST('/deals/{deal_id}/decisions', {
          params: { path: { deal_id: dealId } },
          body: { ...decision, as_of: moment.value.as_of ?? null },
        }),
      );
      show(t(`decision.done.${decision.kind}`), {
        undo: async () => {
          await unwrap(
            api.DELETE('/decisions/{decision_id}', {
              params: { path: { decision_id: kept.decision_id } },
            }),
          );
          show(t('decision.undone'));
          await refresh();
        },
      });
      await refresh();
      return true;
    } catch (error) {
      show(error instanceof Error && error.message ? error.message : t('error.text'), {
        kind: 'error',
      });
      return false;
    }
  }
  return { decide };
}
