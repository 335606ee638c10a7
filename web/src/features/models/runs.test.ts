import { describe, expect, it } from 'vitest';

import type { Schemas } from '@/api';

import { lastNight } from './runs';

const step = (seconds: number | null, peak: number | null) => ({
  step: 'score',
  status: 'done' as const,
  summary: '',
  seconds,
  processor_seconds: seconds,
  peak_bytes: peak,
});
const run = (...steps: ReturnType<typeof step>[]) => ({ steps }) as Schemas['DailyRun'];

describe('what a night took', () => {
  it('is the sum of its steps in time and the largest in memory', () => {
    expect(lastNight(run(step(2, 100), step(3, 250), step(null, null)))).toEqual({
      seconds: 5,
      processorSeconds: 5,
      peakBytes: 250,
    });
  });
  it('is not known where nothing was measured', () => {
    expect(lastNight(run(step(null, null))).seconds).toBeNull();
  });
});
