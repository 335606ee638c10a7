import { useQueryClient } from '@tanstack/vue-query';
import { computed, onBeforeUnmount, ref } from 'vue';

import { api, type Schemas, unwrap } from '@/api';
import { API_BASE } from '@/api';

type Job = Schemas['Job'];

const ENDED: Job['status'][] = ['done', 'refused', 'failed', 'cancelled'];

/**
 * Follows one long job of the server until it ends, by its event stream and, should that break, by
 * asking. What a finished job may have changed is read anew.
 */
export function useJob(options: { onEnd?: (job: Job) => void } = {}) {
  const client = useQueryClient();
  const job = ref<Job | null>(null);
  const problem = ref<string | null>(null);
  let stream: EventSource | undefined;
  let poll: ReturnType<typeof setTimeout> | undefined;

  const running = computed(() => job.value !== null && !ENDED.includes(job.value.status));
  const share = computed(() =>
    job.value && job.value.total > 0 ? Math.min(1, job.value.done / job.value.total) : null,
  );

  function stop(): void {
    stream?.close();
    stream = undefined;
    clearTimeout(poll);
  }
  async function take(now: Job): Promise<void> {
    const before = job.value;
    job.value = now;
    if (!ENDED.includes(now.status)) return;
    stop();
    if (before && ENDED.includes(before.status)) return;
    if (now.status === 'done') await client.invalidateQueries();
    options.onEnd?.(now);
  }
  async function ask(id: number): Promise<void> {
    try {
      const now = await unwrap(api.GET('/jobs/{job_id}', { params: { path: { job_id: id } } }));
      await take(now);
      if (!ENDED.includes(now.status)) poll = setTimeout(() => void ask(id), 1000);
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  }
  function follow(started: Job): void {
    stop();
    problem.value = null;
    job.value = started;
    if (typeof EventSource === 'undefined') {
      void ask(started.job_id);
      return;
    }
    stream = new EventSource(`${API_BASE}/jobs/${started.job_id}/events`);
    const read = (event: MessageEvent<string>) => {
      try {
        const now = JSON.parse(event.data) as Job;
        if (now.status) void take(now);
      } catch {
        void ask(started.job_id);
      }
    };
    stream.addEventListener('progress', read);
    stream.addEventListener('end', () => {
      stop();
      void ask(started.job_id);
    });
    stream.onerror = () => {
      stop();
      void ask(started.job_id);
    };
  }
  async function start(begin: () => Promise<Job>): Promise<void> {
    problem.value = null;
    try {
      follow(await begin());
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  }
  async function cancel(): Promise<void> {
    if (!job.value) return;
    await unwrap(
      api.POST('/jobs/{job_id}/cancel', { params: { path: { job_id: job.value.job_id } } }),
    ).catch(() => undefined);
  }
  onBeforeUnmount(stop);
  return { job, running, share, problem, start, follow, cancel };
}
