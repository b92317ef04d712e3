import type { JobStatus } from '@pubpipe/core';

/** The list of jobs, filtered. */
export interface ListRoute {
  readonly view: 'list';
  readonly status: JobStatus | undefined;
  /** Only the jobs of this batch. */
  readonly batch: string | undefined;
  readonly reference: string | undefined;
}

/** One job. */
interface JobRoute {
  readonly view: 'job';
  readonly id: string;
}

/** All jobs. */
export const allJobs: ListRoute = { view: 'list', status: undefined, batch: undefined, reference: undefined };

/** The jobs of a batch. */
export const jobsOfBatch = (batch: string): ListRoute => ({ ...allJobs, batch });

/** What is looked at. */
export type Route = ListRoute | JobRoute;

const statuses: readonly string[] = [
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
] satisfies readonly JobStatus[];

/** Reads a route from the fragment of an address; what is none is the list. */
export function parseRoute(fragment: string): Route {
  const [path = '', query = ''] = fragment.replace(/^#/, '').split('?', 2);
  const [, id] = /^\/jobs\/([0-9a-f-]{36})$/.exec(path) ?? [];
  if (id !== undefined) return { view: 'job', id };
  const params = new URLSearchParams(query);
  const status = params.get('status') ?? '';
  const reference = params.get('reference')?.trim().slice(0, 200);
  return {
    view: 'list',
    status: statuses.includes(status) ? (status as JobStatus) : undefined,
    batch: params.get('batch')?.slice(0, 200) || undefined,
    reference: reference === '' ? undefined : reference,
  };
}

/** Writes a route as the fragment of an address: a reload, or somebody with the link, sees the same. */
export function formatRoute(route: Route): string {
  if (route.view === 'job') return `#/jobs/${route.id}`;
  const params = new URLSearchParams();
  if (route.status !== undefined) params.set('status', route.status);
  if (route.batch !== undefined) params.set('batch', route.batch);
  if (route.reference !== undefined) params.set('reference', route.reference);
  return params.size === 0 ? '#/' : `#/?${params.toString()}`;
}
