import { describe, expect, it } from 'vitest';
import { aliasedNames, checkTablePrefix, insertNames } from './table-names.ts';

describe('table names', () => {
  it('are aliased to what queries call them, and bare for inserting', () => {
    expect(aliasedNames('x_')).toEqual({
      jobs: 'x_jobs as jobs',
      artifacts: 'x_artifacts as artifacts',
      job_artifacts: 'x_job_artifacts as job_artifacts',
      job_records: 'x_job_records as job_records',
      job_events: 'x_job_events as job_events',
      event_feed: 'x_event_feed as event_feed',
      tenants: 'x_tenants as tenants',
      consumers: 'x_consumers as consumers',
      webhook_endpoints: 'x_webhook_endpoints as webhook_endpoints',
      webhook_deliveries: 'x_webhook_deliveries as webhook_deliveries',
      meta: 'x_meta as meta',
    });
    expect(insertNames('x_')).toMatchObject({ jobs: 'x_jobs', job_events: 'x_job_events' });
    expect(insertNames('')).toMatchObject({ jobs: 'jobs' });
  });

  it.each(['', '_', 'x_', 'pubpipe_', 'a1', 'a'.repeat(32)])('may have the prefix "%s"', (prefix) => {
    expect(checkTablePrefix(prefix)).toBe(prefix);
  });

  it.each(['1x', 'X_', 'my-', 'a b', 'x"', "x'; DROP TABLE jobs; --", 'é', 'x_\n', 'public.', 'a'.repeat(33)])(
    'may not have the prefix "%s"',
    (prefix) => {
      expect(() => checkTablePrefix(prefix)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    },
  );
});
