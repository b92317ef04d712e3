import type { Selectable } from 'kysely';
import { deliveryPriority, type Lane } from '../job/lane.ts';
import type { DueDelivery } from '../ports/tenant-dispatch.ts';
import type { TraceContext } from '../ports/trace-context.ts';
import type { JobsTable } from './database.ts';
import { parseJson } from './json-text.ts';

/** What a delivery is made of. */
export const deliveryColumns = [
  'jobs.id',
  'jobs.tenant',
  'jobs.dispatch',
  'jobs.priority',
  'jobs.lane',
  'jobs.correlation_id',
  'jobs.trace_context',
] as const satisfies readonly `jobs.${keyof JobsTable}`[];

type DeliveryRow = Pick<
  Selectable<JobsTable>,
  'id' | 'tenant' | 'dispatch' | 'priority' | 'lane' | 'correlation_id' | 'trace_context'
>;

/** Converts {@link deliveryColumns} of a row. */
export function toDueDelivery(row: DeliveryRow): DueDelivery {
  return {
    jobId: row.id,
    dispatch: Number(row.dispatch),
    priority: deliveryPriority({ lane: row.lane as Lane, priority: Number(row.priority) }),
    tenant: row.tenant,
    correlationId: row.correlation_id ?? undefined,
    traceContext: (parseJson(row.trace_context) ?? undefined) as TraceContext | undefined,
  };
}
