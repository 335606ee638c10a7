import type { Schemas } from '@/api';

/** What a whole run took; null where no step was measured. */
export function lastNight(run: Schemas['DailyRun']): {
  seconds: number | null;
  processorSeconds: number | null;
  peakBytes: number | null;
} {
  const known = (values: (number | null)[]) =>
    values.filter((value): value is number => value !== null);
  const sum = (values: (number | null)[]) => {
    const measured = known(values);
    return measured.length ? measured.reduce((total, value) => total + value, 0) : null;
  };
  const peaks = known(run.steps.map((step) => step.peak_bytes));
  return {
    seconds: sum(run.steps.map((step) => step.seconds)),
    processorSeconds: sum(run.steps.map((step) => step.processor_seconds)),
    peakBytes: peaks.length ? Math.max(...peaks) : null,
  };
}
