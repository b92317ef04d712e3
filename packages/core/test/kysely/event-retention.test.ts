import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { describe, expect, it } from 'vitest';
import { forgetEvents } from '../../src/kysely/forget-events.ts';
import { resolveSchema } from '../../src/kysely/schema-options.ts';
import { inTransaction, type StoreContext } from '../../src/kysely/store-context.ts';
import { aliasedNames, insertNames } from '../../src/kysely/table-names.ts';
import { newDatabase } from '../support/new-database.ts';
import { jobOn, tenant, upload } from '../support/some-jobs.ts';

describe.each(['sqlite', 'postgres'] as const)('events older than what is kept, on %s', (kind) => {
  async function openFeed() {
    const database = await newDatabase(kind);
    const store = await openKyselyJobStore({ ...database, migrate: true });
    const { dialect, tables } = resolveSchema({ dialect: kind });
    const context: StoreContext = {
      db: database.db,
      dialect,
      from: aliasedNames(tables),
      into: insertNames(tables),
    };
    const document = await upload(store);
    return {
      store,
      submit: async () => (await store.submit(jobOn(document))).job.id,
      forget: (...jobIds: string[]) => inTransaction(context, (trx) => forgetEvents(context, trx, jobIds)),
      read: (after: number) => store.readFeed({ scope: { tenant }, after }),
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    };
  }

  it('are a reset for a cursor before them, and nothing for one behind them', async () => {
    await using feed = await openFeed();
    const old = await feed.submit();
    const end = await feed.store.feedEnd();
    const young = await feed.submit();
    const { entries, position } = await feed.read(end);
    await feed.forget(old);
    expect(await feed.read(0)).toEqual({ entries: [{ type: 'reset', position: end }], position: end, hasMore: true });
    expect(await feed.read(end)).toEqual({ entries, position, hasMore: false });
    expect(entries).toMatchObject([{ jobId: young }]);
    await feed.store.registerConsumer({ name: 'new', from: 'start' });
    expect(await feed.store.claimConsumer({ name: 'new', owner: 'a', leaseMs: 1_000 })).toEqual({ position: end });
  });

  it('are a reset also when nobody had read them', async () => {
    await using feed = await openFeed();
    await feed.submit();
    const end = await feed.store.feedEnd();
    await feed.forget(await feed.submit());
    const { entries, position } = await feed.read(end);
    expect(entries).toMatchObject([{ type: 'reset' }]);
    expect(await feed.read(position)).toEqual({ entries: [], position, hasMore: false });
  });

  it('leave their positions to nobody else', async () => {
    await using feed = await openFeed();
    const job = await feed.submit();
    const end = await feed.store.feedEnd();
    await feed.forget(job);
    await feed.submit();
    expect(await feed.store.feedEnd()).toBeGreaterThan(end);
    await feed.forget();
    expect((await feed.read(end)).entries).toMatchObject([{ type: 'queued', position: end + 1 }]);
  });
});
