import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { expect, it } from 'vitest';
import type { PubpipeDatabase } from './database.ts';
import { madeQuery } from './made-query.ts';
import { postgresDialect } from './postgres-dialect.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import type { StoreContext } from './store-context.ts';
import { aliasedNames, insertNames } from './table-names.ts';

const db = new Kysely<PubpipeDatabase>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

const contextOf = (dialect: StoreContext['dialect']): StoreContext => ({
  db,
  dialect,
  from: aliasedNames(''),
  into: insertNames(''),
  madeQueries: new Map(),
});

function update(context: StoreContext, values: { readonly ids: readonly string[]; readonly lease: { ms: number } }) {
  const madeFor: unknown[] = [];
  const query = madeQuery(context, {
    shape: `update ${values.ids.length}`,
    values,
    make: (inner) => {
      madeFor.push(inner);
      return db
        .updateTable('jobs')
        .set((eb) => ({ lease_owner: 'fixed', lease_expires_at: eb(context.dialect.now(), '+', inner.lease.ms) }))
        .where('id', 'in', inner.ids);
    },
  });
  return { query, made: madeFor.length };
}

it('makes a text once for each shape, and puts the values of each call where they belong', () => {
  const context = contextOf(postgresDialect());
  const first = update(context, { ids: ['a', 'b'], lease: { ms: 1 } });
  const second = update(context, { ids: ['c', 'd'], lease: { ms: 2 } });
  const other = update(context, { ids: ['e'], lease: { ms: 3 } });
  expect([first.made, second.made, other.made]).toEqual([1, 0, 1]);
  expect(second.query.sql).toBe(first.query.sql);
  expect(first.query.parameters).toEqual(['fixed', 1, 'a', 'b']);
  expect(second.query.parameters).toEqual(['fixed', 2, 'c', 'd']);
  expect(other.query.parameters).toEqual(['fixed', 3, 'e']);
});

it('does not mind in which order the values are named, nor what else is there', () => {
  const context = contextOf(postgresDialect());
  update(context, { ids: ['a', 'b'], lease: { ms: 1 } });
  const other = update(context, { lease: { more: null, ms: 2 } as { ms: number }, ids: ['c', 'd'] });
  expect(other.made).toBe(0);
  expect(other.query.parameters).toEqual(['fixed', 2, 'c', 'd']);
});

it('keeps the latest of endlessly many texts', () => {
  const context = contextOf(postgresDialect());
  const idsOf = (length: number) => Array.from({ length }, (_, index) => `${index}`);
  for (let count = 1; count <= 250; count += 1) update(context, { ids: idsOf(count), lease: { ms: 1 } });
  expect(context.madeQueries.size).toBeLessThanOrEqual(200);
  expect(update(context, { ids: idsOf(250), lease: { ms: 1 } }).made).toBe(0);
});

it('makes it each time where the time is a value of it', () => {
  let now = 100;
  const context = contextOf(sqliteDialect({ now: () => now, monotonicNow: () => now }));
  const first = update(context, { ids: ['a'], lease: { ms: 1 } });
  now = 200;
  const second = update(context, { ids: ['a'], lease: { ms: 1 } });
  expect(first.query.parameters).toEqual(['fixed', 100, 1, 'a']);
  expect(second.query.parameters).toEqual(['fixed', 200, 1, 'a']);
});
