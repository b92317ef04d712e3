import { describe, expect, it } from 'vitest';
import { cancellableStatuses, isEnded, isLegalTransition, jobStatuses, retryableStatuses } from './job-status.ts';

describe('job states', () => {
  // Written out once more, so that a change of the table is a decision and not a slip.
  const legal = [
    'queued -> running',
    'queued -> cancelled',
    'queued -> failed',
    'running -> completed',
    'running -> failed',
    'running -> cancelled',
    'running -> queued',
    'failed -> queued',
    'cancelled -> queued',
  ];
  const pairs = jobStatuses.flatMap((from) => jobStatuses.map((to) => ({ from, to })));

  it.each(pairs)('$from -> $to', ({ from, to }) => {
    expect(isLegalTransition(from, to)).toBe(legal.includes(`${from} -> ${to}`));
  });

  it('have ended when nothing happens any more unless somebody asks for it', () => {
    expect(jobStatuses.filter((status) => isEnded(status))).toEqual(['completed', 'failed', 'cancelled']);
  });

  it('may be cancelled from queued and running, retried by hand from failed and cancelled', () => {
    expect(cancellableStatuses).toEqual(['queued', 'running']);
    expect(retryableStatuses).toEqual(['failed', 'cancelled']);
  });
});
