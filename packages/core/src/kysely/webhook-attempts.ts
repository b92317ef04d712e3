import { sql } from 'kysely';
import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type {
  WebhookAttemptResult,
  WebhookClaim,
  WebhookDelivery,
  WebhookStore,
  WebhookTarget,
} from '../ports/webhook-store.ts';
import { type Connection, inTransaction, type StoreContext, translated } from './store-context.ts';
import { toWebhookDelivery, toWebhookTarget } from './webhook-rows.ts';

/** See `WebhookStore.dueWebhooks`. One look into an index for each endpoint, however many deliveries wait there. */
export async function dueWebhooks(
  { db, dialect, from }: StoreContext,
  { after = '', limit }: Parameters<WebhookStore['dueWebhooks']>[0],
): Promise<readonly WebhookTarget[]> {
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  const rows = await translated(() =>
    db
      .selectFrom(from.webhook_endpoints)
      .selectAll('webhook_endpoints')
      .where('webhook_endpoints.id', '>', after)
      .where('webhook_endpoints.state', '=', 'enabled')
      // Not EXISTS: PostgreSQL would read all that is due once, which may be very much, instead of the first of each.
      .where((eb) =>
        eb(
          eb
            .selectFrom(from.webhook_deliveries)
            .select('webhook_deliveries.next_attempt_at')
            .whereRef('webhook_deliveries.endpoint_id', '=', 'webhook_endpoints.id')
            .where('webhook_deliveries.state', '=', 'pending')
            .orderBy('webhook_deliveries.next_attempt_at')
            .limit(1),
          '<=',
          dialect.now(),
        ),
      )
      .orderBy('webhook_endpoints.id')
      .limit(limit)
      .execute(),
  );
  return rows.map(toWebhookTarget);
}

/** See `WebhookStore.claimWebhookDeliveries`. What another one claims at the same moment is passed over. */
export async function claimWebhookDeliveries(
  context: StoreContext,
  { endpointId, limit, leaseMs }: Parameters<WebhookStore['claimWebhookDeliveries']>[0],
): Promise<readonly WebhookDelivery[]> {
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  checkTimes({ leaseMs }, { least: 1 });
  const { dialect, from } = context;
  const rows = await inTransaction(context, (trx) => {
    const due = trx
      .selectFrom(from.webhook_deliveries)
      .select('webhook_deliveries.id')
      .where('webhook_deliveries.endpoint_id', '=', endpointId)
      .where('webhook_deliveries.state', '=', 'pending')
      .where('webhook_deliveries.next_attempt_at', '<=', dialect.now())
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom(from.webhook_endpoints)
            .select('webhook_endpoints.id')
            .where('webhook_endpoints.id', '=', endpointId)
            .where('webhook_endpoints.state', '=', 'enabled'),
        ),
      )
      .orderBy('webhook_deliveries.next_attempt_at')
      .limit(limit);
    return trx
      .with('due', () => dialect.lockFreeRows(due))
      .updateTable(from.webhook_deliveries)
      .set((eb) => ({
        attempt: eb('webhook_deliveries.attempt', '+', 1),
        next_attempt_at: eb(dialect.now(), '+', leaseMs),
        last_attempt_at: dialect.now(),
      }))
      .where('webhook_deliveries.id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
      .where('webhook_deliveries.state', '=', 'pending')
      .where('webhook_deliveries.next_attempt_at', '<=', dialect.now())
      .returningAll()
      .execute();
  });
  return rows.map(toWebhookDelivery).toSorted((a, b) => a.position - b.position);
}

/** See `WebhookStore.settleWebhookDelivery`. */
export async function settleWebhookDelivery(
  context: StoreContext,
  claim: WebhookClaim,
  result: WebhookAttemptResult,
): Promise<void> {
  const { from } = context;
  const { id, tenant, endpointId, attempt } = claim;
  await inTransaction(context, async (trx) => {
    const row = await trx
      .updateTable(from.webhook_deliveries)
      .set(columnsAfter(context, result))
      .where('webhook_deliveries.id', '=', id)
      .where('webhook_deliveries.tenant', '=', tenant)
      .where('webhook_deliveries.endpoint_id', '=', endpointId)
      .where('webhook_deliveries.attempt', '=', attempt)
      .where('webhook_deliveries.state', '=', 'pending')
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) {
      throw new PubpipeError('CLAIM_LOST', `Attempt ${attempt} of webhook delivery ${id} is over.`, {
        details: { webhookDeliveryId: id, attempt },
      });
    }
    await noteAtEndpoint(context, trx, endpointId, result);
  });
}

function columnsAfter({ dialect }: StoreContext, result: WebhookAttemptResult) {
  const ended = { next_attempt_at: null, ended_at: dialect.now() };
  const inMs = (ms: number) => sql<number>`${dialect.now()} + ${ms}`;
  if (result.result === 'handed-back') return { next_attempt_at: inMs(result.retryInMs) };
  if (result.result === 'delivered') {
    return { ...ended, state: 'delivered', last_status: result.status, last_error: null };
  }
  const { retryInMs, error, status = null } = result;
  return {
    ...(retryInMs === undefined ? { ...ended, state: 'dead' } : { next_attempt_at: inMs(retryInMs) }),
    failures: sql<number>`failures + 1`,
    last_status: status,
    last_error: error,
  };
}

/** Written only when it changes: attempts of one endpoint would wait for each other otherwise. */
async function noteAtEndpoint(
  { dialect, from }: StoreContext,
  trx: Connection,
  endpointId: string,
  result: WebhookAttemptResult,
): Promise<void> {
  if (result.result === 'handed-back') return;
  const update = trx.updateTable(from.webhook_endpoints).where('webhook_endpoints.id', '=', endpointId);
  if (result.result === 'delivered') {
    await update.set({ failing_since: null }).where('webhook_endpoints.failing_since', 'is not', null).execute();
    return;
  }
  await update.set({ failing_since: dialect.now() }).where('webhook_endpoints.failing_since', 'is', null).execute();
  if (result.isGone !== true) return;
  await update
    .set({ state: 'disabled', disabled_reason: 'gone', updated_at: dialect.now() })
    .where('webhook_endpoints.state', '=', 'enabled')
    .execute();
}
