import { type RawBuilder, sql } from 'kysely';
import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import { derivedId } from '../job/derived-id.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import type {
  WebhookDelivery,
  WebhookDeliveryFilter,
  WebhookDeliveryPage,
  WebhookMessage,
} from '../ports/webhook-store.ts';
import { fromPositionCursor, toPositionCursor } from './id-cursor.ts';
import { jsonText, parseJson } from './json-text.ts';
import { type Connection, inTransaction, type StoreContext, translated } from './store-context.ts';
import { getWebhook } from './webhook-endpoints.ts';
import { toWebhookDelivery } from './webhook-rows.ts';

/** See `WebhookStore.addWebhookDeliveries`. Most tenants have no webhooks: then it is one read. */
export async function addWebhookDeliveries(context: StoreContext, message: WebhookMessage): Promise<number> {
  const { db, from } = context;
  const { tenant, position, type } = message;
  const rows = await translated(() =>
    db
      .selectFrom(from.webhook_endpoints)
      .select(['webhook_endpoints.id', 'webhook_endpoints.types'])
      .where('webhook_endpoints.tenant', '=', tenant)
      .where('webhook_endpoints.state', '=', 'enabled')
      .where('webhook_endpoints.after_position', '<', position)
      .execute(),
  );
  const ids = rows.filter(({ types }) => (parseJson(types) as readonly string[]).includes(type)).map(({ id }) => id);
  if (ids.length === 0) return 0;
  return await inTransaction(context, async (trx) => {
    let added = 0;
    for (const id of ids) added += await addDelivery(context, trx, id, message);
    return added;
  });
}

// Numbers among what is selected have no type of their own.
const integer = (value: number): RawBuilder<number> => sql<number>`CAST(${value} AS bigint)`;

/**
 * The endpoint's row and the job's are held until the end: whoever erases one of them waits, and then finds the delivery.
 */
async function addDelivery(
  { dialect, from, into }: StoreContext,
  trx: Connection,
  endpointId: string,
  message: WebhookMessage,
): Promise<number> {
  const { tenant, jobId, seq, position, type, data, createdAt } = message;
  const row = trx
    .selectFrom(from.webhook_endpoints)
    .innerJoin(from.jobs, 'jobs.tenant', 'webhook_endpoints.tenant')
    .select((eb) => [
      eb.val(derivedId(endpointId, `${jobId}/${seq}`)).as('id'),
      'jobs.tenant',
      eb.ref('webhook_endpoints.id').as('endpoint_id'),
      eb.ref('jobs.id').as('job_id'),
      integer(seq).as('seq'),
      integer(position).as('position'),
      eb.val<string>(type).as('type'),
      eb.val(jsonText(data)).as('data'),
      'jobs.reference',
      'jobs.labels',
      integer(createdAt).as('created_at'),
      eb.val('pending').as('state'),
      integer(0).as('attempt'),
      integer(0).as('failures'),
      dialect.now().as('next_attempt_at'),
    ])
    .where('webhook_endpoints.id', '=', endpointId)
    .where('webhook_endpoints.tenant', '=', tenant)
    .where('webhook_endpoints.state', '=', 'enabled')
    .where('jobs.id', '=', jobId);
  const added = await trx
    .insertInto(into.webhook_deliveries)
    .columns([
      'id',
      'tenant',
      'endpoint_id',
      'job_id',
      'seq',
      'position',
      'type',
      'data',
      'reference',
      'labels',
      'created_at',
      'state',
      'attempt',
      'failures',
      'next_attempt_at',
    ])
    .expression(dialect.keepRows(row))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute();
  return added.length;
}

/** See `WebhookStore.listWebhookDeliveries`. */
export async function listWebhookDeliveries(
  context: StoreContext,
  { tenant, endpointId, state, limit = 50, cursor }: WebhookDeliveryFilter,
): Promise<WebhookDeliveryPage> {
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  const before = cursor === undefined ? undefined : fromPositionCursor(cursor);
  await getWebhook(context, { tenant, id: endpointId });
  const rows = await translated(() =>
    context.db
      .selectFrom(context.from.webhook_deliveries)
      .selectAll('webhook_deliveries')
      .where('webhook_deliveries.endpoint_id', '=', endpointId)
      .where('webhook_deliveries.tenant', '=', tenant)
      .$if(state !== undefined, (query) => query.where('webhook_deliveries.state', '=', state as string))
      .$if(before !== undefined, (query) => query.where('webhook_deliveries.position', '<', before as number))
      .orderBy('webhook_deliveries.position', 'desc')
      .limit(limit + 1)
      .execute(),
  );
  const deliveries = rows.slice(0, limit).map(toWebhookDelivery);
  const last = deliveries.at(-1);
  return rows.length > limit && last !== undefined
    ? { deliveries, nextCursor: toPositionCursor(last.position) }
    : { deliveries };
}

/** See `WebhookStore.redeliverWebhook`. */
export async function redeliverWebhook(
  context: StoreContext,
  { tenant, id, endpointId }: RowId & { readonly endpointId: string },
): Promise<WebhookDelivery> {
  const { dialect, from } = context;
  return await inTransaction(context, async (trx) => {
    const row = await trx
      .updateTable(from.webhook_deliveries)
      .set({ state: 'pending', failures: 0, next_attempt_at: dialect.now(), ended_at: null })
      .where('webhook_deliveries.id', '=', id)
      .where('webhook_deliveries.tenant', '=', tenant)
      .where('webhook_deliveries.endpoint_id', '=', endpointId)
      .where('webhook_deliveries.state', '!=', 'pending')
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom(from.webhook_endpoints)
            .select('webhook_endpoints.id')
            .where('webhook_endpoints.id', '=', endpointId)
            .where('webhook_endpoints.state', '!=', 'removed'),
        ),
      )
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) return toWebhookDelivery(row);
    const pending = await trx
      .selectFrom(from.webhook_deliveries)
      .select('webhook_deliveries.id')
      .where('webhook_deliveries.id', '=', id)
      .where('webhook_deliveries.tenant', '=', tenant)
      .where('webhook_deliveries.endpoint_id', '=', endpointId)
      .where('webhook_deliveries.state', '=', 'pending')
      .executeTakeFirst();
    const details = { webhookDeliveryId: id };
    if (pending === undefined) {
      throw new PubpipeError('WEBHOOK_DELIVERY_NOT_FOUND', `There is no webhook delivery ${id}.`, { details });
    }
    throw new PubpipeError('ILLEGAL_TRANSITION', 'The webhook delivery is pending already.', { details });
  });
}
