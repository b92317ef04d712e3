import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { nothingRemoved } from '../job/removed-jobs.ts';
import type { RemovedJobs } from '../ports/retention.ts';
import { type PurgeWebhooksOptions, webhookDeliveryStates } from '../ports/webhook-store.ts';
import { type Connection, inTransaction, type StoreContext } from './store-context.ts';

/** See `WebhookStore.purgeWebhooks`. */
export async function purgeWebhooks(
  context: StoreContext,
  { olderThanMs, limit }: PurgeWebhooksOptions,
): Promise<number> {
  checkWholeNumbers({ olderThanMs }, { least: 0 });
  checkWholeNumbers({ limit }, { least: 1, most: 10_000 });
  const { dialect, from } = context;
  return await inTransaction(context, async (trx) => {
    const old = await trx
      .with('old', (db) =>
        dialect.lockFreeRows(
          db
            .selectFrom(from.webhook_deliveries)
            .select('webhook_deliveries.id')
            .where((eb) => eb('webhook_deliveries.ended_at', '<', eb(dialect.now(), '-', olderThanMs)))
            .orderBy('webhook_deliveries.ended_at')
            .limit(limit),
        ),
      )
      .deleteFrom(from.webhook_deliveries)
      .where('webhook_deliveries.id', 'in', (eb) => eb.selectFrom('old').select('old.id'))
      // Somebody may have asked for it again meanwhile.
      .where('webhook_deliveries.ended_at', 'is not', null)
      .returning('id')
      .execute();
    const left = limit - old.length;
    return old.length + (left === 0 ? 0 : await purgeRemoved(context, trx, left));
  });
}

/** Takes the deliveries of removed endpoints, and their rows when none is left. */
async function purgeRemoved({ from }: StoreContext, trx: Connection, limit: number): Promise<number> {
  const endpoints = await trx
    .selectFrom(from.webhook_endpoints)
    .select('webhook_endpoints.id')
    .where('webhook_endpoints.state', '=', 'removed')
    .limit(limit)
    .execute();
  let removed = 0;
  for (const { id } of endpoints) {
    if (removed === limit) break;
    const rows = await trx
      .deleteFrom(from.webhook_deliveries)
      .where('webhook_deliveries.id', 'in', (eb) =>
        eb
          .selectFrom(from.webhook_deliveries)
          .select('webhook_deliveries.id')
          .where('webhook_deliveries.endpoint_id', '=', id)
          .limit(limit - removed),
      )
      .returning('id')
      .execute();
    removed += rows.length;
    if (removed < limit) await trx.deleteFrom(from.webhook_endpoints).where('webhook_endpoints.id', '=', id).execute();
  }
  return removed;
}

/** Removes what webhooks have been told of jobs, and, when they are erased, what they have still to be told. */
export async function removeDeliveriesOf(
  { from }: StoreContext,
  trx: Connection,
  jobIds: readonly string[],
  { isErasure }: { readonly isErasure: boolean },
): Promise<number> {
  const states = webhookDeliveryStates.filter((state) => isErasure || state !== 'pending');
  const rows = await trx
    .deleteFrom(from.webhook_deliveries)
    .where('webhook_deliveries.job_id', 'in', jobIds)
    .where('webhook_deliveries.state', 'in', states)
    .returning('id')
    .execute();
  return rows.length;
}

/**
 * Erases a tenant's endpoints. Before anything else of it: whoever is adding deliveries to one holds it until they can be
 * seen, and holds the job after it.
 */
export async function eraseEndpoints({ from }: StoreContext, trx: Connection, tenant: string): Promise<RemovedJobs> {
  const rows = await trx
    .deleteFrom(from.webhook_endpoints)
    .where('webhook_endpoints.tenant', '=', tenant)
    .returning('id')
    .execute();
  return { ...nothingRemoved, webhooks: rows.length };
}

/** Erases deliveries of a tenant that no job of its leads to any more. */
export async function eraseLooseDeliveries(
  { from }: StoreContext,
  trx: Connection,
  tenant: string,
  limit: number,
): Promise<RemovedJobs> {
  const rows = await trx
    .deleteFrom(from.webhook_deliveries)
    .where('webhook_deliveries.id', 'in', (eb) =>
      eb
        .selectFrom(from.webhook_deliveries)
        .select('webhook_deliveries.id')
        .where('webhook_deliveries.tenant', '=', tenant)
        .limit(limit),
    )
    .returning('id')
    .execute();
  return { ...nothingRemoved, webhookDeliveries: rows.length };
}
