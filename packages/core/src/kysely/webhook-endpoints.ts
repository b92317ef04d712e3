import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import type {
  NewWebhookEndpoint,
  StoredWebhookSecret,
  WebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointPage,
  WebhookStore,
} from '../ports/webhook-store.ts';
import { fromCursor, toCursor } from './id-cursor.ts';
import { jsonText, parseJson } from './json-text.ts';
import { type Connection, inTransaction, present, type StoreContext, translated } from './store-context.ts';
import { toWebhookEndpoint, type WebhookEndpointRow, webhookNotFound } from './webhook-rows.ts';

/** Secrets that are kept besides the one in use. */
const maxExpiring = 2;

/** See `WebhookStore.createWebhook`. The tenant's row is locked, so that no two of them count at once. */
export async function createWebhook(
  context: StoreContext,
  endpoint: NewWebhookEndpoint,
  { maxPerTenant }: { readonly maxPerTenant: number },
): Promise<WebhookEndpoint> {
  const { id, tenant, url, description, types, secret, afterPosition } = endpoint;
  checkWholeNumbers({ maxPerTenant }, { least: 1 });
  const { dialect, from, into } = context;
  return await inTransaction(context, async (trx) => {
    await trx
      .insertInto(into.tenants)
      .values({ tenant, purged_position: 0 })
      .onConflict((conflict) => conflict.column('tenant').doUpdateSet((eb) => ({ tenant: eb.ref('excluded.tenant') })))
      .execute();
    const counted = await trx
      .selectFrom(from.webhook_endpoints)
      .select((eb) => eb.fn.countAll().as('count'))
      .where('webhook_endpoints.tenant', '=', tenant)
      .where('webhook_endpoints.state', '!=', 'removed')
      .executeTakeFirst();
    if (Number(counted?.count ?? 0) >= maxPerTenant) throw tooMany(maxPerTenant);
    const row = await trx
      .insertInto(into.webhook_endpoints)
      .values({
        id,
        tenant,
        url,
        description: description ?? null,
        types: jsonText(types),
        state: 'enabled',
        disabled_reason: null,
        secrets: jsonText([{ value: secret }] satisfies readonly StoredWebhookSecret[]),
        after_position: afterPosition,
        failing_since: null,
        created_at: dialect.now(),
        updated_at: dialect.now(),
      })
      .returningAll()
      .executeTakeFirst();
    return toWebhookEndpoint(present(row));
  });
}

function tooMany(maxPerTenant: number): PubpipeError {
  return new PubpipeError('TOO_MANY_WEBHOOKS', `A tenant may have ${maxPerTenant} webhooks.`, {
    details: { maxPerTenant },
  });
}

/** See `WebhookStore.getWebhook`. */
export async function getWebhook(context: StoreContext, id: RowId): Promise<WebhookEndpoint> {
  const row = await translated(() => selectEndpoint(context, context.db, id).executeTakeFirst());
  if (row === undefined) throw webhookNotFound(id);
  return toWebhookEndpoint(row);
}

const selectEndpoint = ({ from }: StoreContext, db: Connection, { tenant, id }: RowId) =>
  db
    .selectFrom(from.webhook_endpoints)
    .selectAll('webhook_endpoints')
    .where('webhook_endpoints.id', '=', id)
    .where('webhook_endpoints.tenant', '=', tenant)
    .where('webhook_endpoints.state', '!=', 'removed');

/** See `WebhookStore.listWebhooks`. */
export async function listWebhooks(
  context: StoreContext,
  { tenant, limit = 50, cursor }: Parameters<WebhookStore['listWebhooks']>[0],
): Promise<WebhookEndpointPage> {
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  const after = cursor === undefined ? '' : fromCursor(cursor);
  const rows = await translated(() =>
    context.db
      .selectFrom(context.from.webhook_endpoints)
      .selectAll('webhook_endpoints')
      .where('webhook_endpoints.tenant', '=', tenant)
      .where('webhook_endpoints.id', '>', after)
      .where('webhook_endpoints.state', '!=', 'removed')
      .orderBy('webhook_endpoints.id')
      .limit(limit + 1)
      .execute(),
  );
  const endpoints = rows.slice(0, limit).map(toWebhookEndpoint);
  return rows.length > limit ? { endpoints, nextCursor: toCursor(endpoints.at(-1)?.id ?? '') } : { endpoints };
}

/** See `WebhookStore.changeWebhook`. */
export async function changeWebhook(
  context: StoreContext,
  id: RowId,
  { url, description, types, enabled }: WebhookEndpointChange,
): Promise<WebhookEndpoint> {
  const state = enabled === true ? 'enabled' : 'disabled';
  const row = await inTransaction(context, (trx) =>
    updateEndpoint(context, trx, id, {
      ...(url === undefined ? {} : { url, failing_since: null }),
      ...(description === undefined ? {} : { description }),
      ...(types === undefined ? {} : { types: jsonText(types) }),
      ...(enabled === undefined ? {} : { state, disabled_reason: enabled ? null : 'request' }),
    }),
  );
  return toWebhookEndpoint(row);
}

/** See `WebhookStore.rotateWebhookSecret`. The first update locks the row: rotations come one after the other. */
export async function rotateWebhookSecret(
  context: StoreContext,
  id: RowId,
  { secret, overlapMs }: { readonly secret: string; readonly overlapMs: number },
): Promise<WebhookEndpoint> {
  checkTimes({ overlapMs });
  return await inTransaction(context, async (trx) => {
    const row = await updateEndpoint(context, trx, id, {});
    const now = Number(row.updated_at);
    const earlier = (parseJson(row.secrets) as readonly StoredWebhookSecret[]).map(({ value, expiresAt }) => ({
      value,
      expiresAt: Math.min(expiresAt ?? Number.POSITIVE_INFINITY, now + overlapMs),
    }));
    const kept = earlier.filter(({ expiresAt }) => expiresAt > now).slice(0, maxExpiring);
    const secrets: readonly StoredWebhookSecret[] = [{ value: secret }, ...kept];
    return toWebhookEndpoint(await updateEndpoint(context, trx, id, { secrets: jsonText(secrets) }));
  });
}

async function updateEndpoint(
  { dialect, from }: StoreContext,
  trx: Connection,
  id: RowId,
  columns: Partial<WebhookEndpointRow>,
): Promise<WebhookEndpointRow> {
  const row = await trx
    .updateTable(from.webhook_endpoints)
    .set({ ...columns, updated_at: dialect.now() })
    .where('webhook_endpoints.id', '=', id.id)
    .where('webhook_endpoints.tenant', '=', id.tenant)
    .where('webhook_endpoints.state', '!=', 'removed')
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw webhookNotFound(id);
  return row;
}

/** See `WebhookStore.removeWebhook`. The row stays until its deliveries are gone, which a purge finds by it. */
export async function removeWebhook(context: StoreContext, { tenant, id }: RowId): Promise<void> {
  await inTransaction(context, (trx) =>
    trx
      .updateTable(context.from.webhook_endpoints)
      .set({ state: 'removed', url: '', description: null, secrets: jsonText([]), updated_at: context.dialect.now() })
      .where('webhook_endpoints.id', '=', id)
      .where('webhook_endpoints.tenant', '=', tenant)
      .execute(),
  );
}
