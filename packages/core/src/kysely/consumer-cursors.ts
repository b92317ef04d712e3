import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { ConsumerInstance } from '../ports/event-feed.ts';
import { feedEnd } from './event-feed.ts';
import { inTransaction, type StoreContext, translated } from './store-context.ts';

/** See `EventFeed.registerConsumer`. */
export async function registerConsumer(
  context: StoreContext,
  { name, from }: { readonly name: string; readonly from: 'start' | 'end' },
): Promise<void> {
  if (name === '') throw new PubpipeError('INVALID_INPUT', 'A consumer needs a name.');
  const known = await translated(() =>
    context.db
      .selectFrom(context.from.consumers)
      .select('consumers.name')
      .where('consumers.name', '=', name)
      .executeTakeFirst(),
  );
  if (known !== undefined) return;
  const position = from === 'end' ? await feedEnd(context) : 0;
  await inTransaction(context, (trx) =>
    trx
      .insertInto(context.into.consumers)
      .values({ name, position, lease_owner: null, lease_expires_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/** See `EventFeed.claimConsumer`. */
export async function claimConsumer(
  context: StoreContext,
  { name, owner, leaseMs }: ConsumerInstance & { readonly leaseMs: number },
): Promise<{ readonly position: number } | undefined> {
  checkTimes({ leaseMs }, { least: 1 });
  const { dialect, from } = context;
  const row = await inTransaction(context, (trx) =>
    trx
      .updateTable(from.consumers)
      .set((eb) => ({ lease_owner: owner, lease_expires_at: eb(dialect.now(), '+', leaseMs) }))
      .where('consumers.name', '=', name)
      .where((eb) =>
        eb.or([
          eb('consumers.lease_owner', 'is', null),
          eb('consumers.lease_owner', '=', owner),
          eb('consumers.lease_expires_at', '<', dialect.now()),
        ]),
      )
      .returning('position')
      .executeTakeFirst(),
  );
  return row === undefined ? undefined : { position: Number(row.position) };
}

/** See `EventFeed.advanceConsumer`. */
export async function advanceConsumer(
  context: StoreContext,
  move: ConsumerInstance & { readonly from: number; readonly to: number; readonly leaseMs: number },
): Promise<void> {
  const { name, owner, leaseMs } = move;
  checkTimes({ leaseMs }, { least: 1 });
  checkWholeNumbers({ to: move.to }, { least: move.from + 1 });
  const { dialect, from } = context;
  const row = await inTransaction(context, (trx) =>
    trx
      .updateTable(from.consumers)
      .set((eb) => ({ position: move.to, lease_expires_at: eb(dialect.now(), '+', leaseMs) }))
      .where('consumers.name', '=', name)
      .where('consumers.lease_owner', '=', owner)
      .where('consumers.position', '=', move.from)
      .returning('name')
      .executeTakeFirst(),
  );
  if (row !== undefined) return;
  throw new PubpipeError('CLAIM_LOST', `Another instance moves the cursor of "${name}".`, { details: { name } });
}

/** See `EventFeed.removeConsumer`. */
export async function removeConsumer(context: StoreContext, name: string): Promise<boolean> {
  const row = await inTransaction(context, (trx) =>
    trx.deleteFrom(context.from.consumers).where('consumers.name', '=', name).returning('name').executeTakeFirst(),
  );
  return row !== undefined;
}

/** See `EventFeed.releaseConsumer`. */
export async function releaseConsumer(context: StoreContext, { name, owner }: ConsumerInstance): Promise<void> {
  await inTransaction(context, (trx) =>
    trx
      .updateTable(context.from.consumers)
      .set({ lease_owner: null, lease_expires_at: null })
      .where('consumers.name', '=', name)
      .where('consumers.lease_owner', '=', owner)
      .execute(),
  );
}
