import type { ExpressionBuilder } from 'kysely';
import type { Lane } from '../job/lane.ts';
import type { WaitingTenant, WaitingTenantsOptions } from '../ports/tenant-dispatch.ts';
import type { PubpipeDatabase } from './database.ts';
import { deliveryColumns, toDueDelivery } from './due-deliveries.ts';
import { parseJson } from './json-text.ts';
import { type StoreContext, translated } from './store-context.ts';

/** As far as jobs in flight are counted. */
const countLimit = 1_000;

type Walk = PubpipeDatabase & { waiting_tenants: { tenant: string | null; place: number } };
type WalkBuilder = ExpressionBuilder<Walk, 'waiting_tenants'>;

/**
 * See `TenantDispatch.waitingTenants`. The recursive part steps from name to name through the index,
 * however many rows a name has; the rest looks at a bounded number of rows of each.
 */
export async function waitingTenants(
  context: StoreContext,
  options: WaitingTenantsOptions,
): Promise<readonly WaitingTenant[]> {
  const rows = await translated(() =>
    selectTenants(context, options)
      .select((eb) => [
        inFlight(context, eb, 'interactive').as('interactive_running'),
        inFlight(context, eb, 'interactive', true).as('interactive_told'),
        inFlight(context, eb, 'standard').as('standard_running'),
        inFlight(context, eb, 'standard', true).as('standard_told'),
        firstJobs(context, eb, options.perTenant).as('jobs'),
      ])
      .execute(),
  );
  return rows.map((row) => ({
    tenant: row.tenant ?? '',
    inFlight: {
      interactive: Number(row.interactive_running) + Number(row.interactive_told),
      standard: Number(row.standard_running) + Number(row.standard_told),
    },
    waiting: (parseJson(row.jobs) as readonly FirstJob[]).map((job) => ({
      ...toDueDelivery(job),
      lane: job.lane,
      runAt: Number(job.run_at),
    })),
  }));
}

function selectTenants({ db, from }: StoreContext, { tenant, after, limit }: WaitingTenantsOptions) {
  const most = tenant === undefined ? limit : 1;
  return db
    .withRecursive('waiting_tenants', (walk) =>
      walk
        .selectFrom(from.jobs)
        .select((eb) => [eb.fn.min<string | null>('jobs.tenant').as('tenant'), eb.lit(1).as('place')])
        .where('jobs.status', '=', 'queued')
        .where('jobs.dispatched_at', 'is', null)
        .$if(tenant !== undefined, (query) => query.where('jobs.tenant', '=', tenant as string))
        .$if(after !== undefined, (query) => query.where('jobs.tenant', '>', after as string))
        .unionAll(
          walk
            .selectFrom('waiting_tenants')
            .select((eb) => [
              eb
                .selectFrom(from.jobs)
                .select((inner) => inner.fn.min<string | null>('jobs.tenant').as('tenant'))
                .where('jobs.status', '=', 'queued')
                .where('jobs.dispatched_at', 'is', null)
                .whereRef('jobs.tenant', '>', 'waiting_tenants.tenant')
                .as('tenant'),
              eb('waiting_tenants.place', '+', 1).as('place'),
            ])
            .where('waiting_tenants.tenant', 'is not', null)
            .where('waiting_tenants.place', '<', most),
        ),
    )
    .selectFrom('waiting_tenants')
    .select('waiting_tenants.tenant')
    .where('waiting_tenants.tenant', 'is not', null)
    .orderBy('waiting_tenants.place');
}

/** Counts jobs that are running, or that wait in the queue. */
function inFlight({ from }: StoreContext, eb: WalkBuilder, lane: Lane, told = false) {
  const rows = eb
    .selectFrom(from.jobs)
    .select('jobs.id')
    .whereRef('jobs.tenant', '=', 'waiting_tenants.tenant')
    .where('jobs.status', '=', told ? 'queued' : 'running')
    .$if(told, (query) => query.where('jobs.dispatched_at', 'is not', null))
    .where('jobs.lane', '=', lane)
    .limit(countLimit);
  return eb.selectFrom(rows.as('counted')).select((inner) => inner.fn.countAll().as('count'));
}

type FirstJob = Parameters<typeof toDueDelivery>[0] & { readonly lane: Lane; readonly run_at: number | string };

function firstJobs({ dialect, from }: StoreContext, eb: WalkBuilder, limit: number) {
  return dialect.jsonArrayFrom(
    eb
      .selectFrom(from.jobs)
      .select([...deliveryColumns, 'jobs.run_at'])
      .whereRef('jobs.tenant', '=', 'waiting_tenants.tenant')
      .where('jobs.status', '=', 'queued')
      .where('jobs.dispatched_at', 'is', null)
      .where('jobs.run_at', '<=', dialect.now())
      .orderBy('jobs.lane')
      .orderBy('jobs.priority', 'desc')
      .orderBy('jobs.run_at')
      .orderBy('jobs.id')
      .limit(limit),
  );
}
