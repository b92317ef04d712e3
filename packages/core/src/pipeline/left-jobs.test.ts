import { expect, it } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { silentLogger } from '../ports/logger.ts';
import { createLeftJobNotice } from './left-jobs.ts';

it('says once a minute for each type that a job has waited for a minute', () => {
  const clock = createManualClock();
  const lines: unknown[] = [];
  const logger = { ...silentLogger, warn: (facts: object) => void lines.push(facts) };
  const jobLeft = createLeftJobNotice({ clock, logger });
  const job = (type: string, waitedMs: number) => ({ jobId: `${type}-${waitedMs}`, tenant: 'a', type, waitedMs });

  jobLeft(job('merge', 59_999));
  expect(lines).toEqual([]);
  jobLeft(job('merge', 60_000));
  jobLeft(job('merge', 60_001));
  jobLeft(job('other', 60_000));
  expect(lines).toEqual([job('merge', 60_000), job('other', 60_000)]);
  clock.advance(59_999);
  jobLeft(job('merge', 119_999));
  expect(lines).toHaveLength(2);
  clock.advance(1);
  jobLeft(job('merge', 120_000));
  expect(lines[2]).toEqual(job('merge', 120_000));
});
