import { type Compilable, type CompiledQuery, type Expression, type QueryCreator, sql } from 'kysely';
import type { PubpipeDatabase } from './database.ts';
import { valuesAsTable } from './literal-rows.ts';
import { madeQuery, type QueryValues } from './made-query.ts';
import { type Connection, inTransaction, type StoreContext, singly } from './store-context.ts';

/** Makes a query that may read the rows of those before it. */
type Make<Tables, Row> = (db: QueryCreator<Tables>) => Compilable<Row>;

interface Step {
  readonly name: string;
  readonly query: Make<never, unknown>;
  readonly kind: 'read' | 'guard' | 'write';
  /** The columns of a write that others read. */
  readonly columns: readonly string[];
}

/**
 * Several queries that are one write: all happen, or, when one fails, none. A query may read the rows of
 * those before it under their names; what these have changed in the tables it must not look at.
 *
 * PostgreSQL takes them as one statement, which is one way to the server and no transaction to begin and end.
 * SQLite changes one table in a statement, and its way is short: there they are the statements of a transaction.
 */
export class CombinedWrite<Tables = PubpipeDatabase> {
  readonly #steps: readonly Step[];

  constructor(steps: readonly Step[] = []) {
    this.#steps = steps;
  }

  /** Adds rows that are read, which the writes before it don't change. */
  read<Name extends string, Row>(name: Name, query: Make<Tables, Row>): CombinedWrite<Tables & Record<Name, Row>> {
    return this.#add({ name, query, kind: 'read', columns: [] });
  }

  /** Adds the write that decides: where it yields no row, nothing else is done. On PostgreSQL the others see to that by reading its row. */
  guard<Name extends string, Row>(name: Name, query: Make<Tables, Row>): CombinedWrite<Tables & Record<Name, Row>> {
    return this.#add({ name, query, kind: 'guard', columns: [] });
  }

  /** Adds a further write. `columns` are what others read of it. */
  write<Name extends string, Row>(
    name: Name,
    query: Make<Tables, Row>,
    columns: readonly string[] = [],
  ): CombinedWrite<Tables & Record<Name, Row>> {
    return this.#add({ name, query, kind: 'write', columns });
  }

  /** Says what is answered of it all. */
  answer<Row>(query: Make<Tables, Row>): AnsweringWrite<Row> {
    return new AnsweringWrite<Row>(this.#steps, query as unknown as Make<never, Row>);
  }

  #add<Name extends string, Row>({ query, ...step }: Omit<Step, 'query'> & { readonly query: unknown }) {
    return new CombinedWrite<Tables & Record<Name, Row>>([...this.#steps, { ...step, query: query as Step['query'] }]);
  }
}

/** A {@link CombinedWrite} with the rows that it answers. */
export class AnsweringWrite<Row> {
  readonly #steps: readonly Step[];
  readonly #last: Make<never, Row>;

  constructor(steps: readonly Step[], last: Make<never, Row>) {
    this.#steps = steps;
    this.#last = last;
  }

  /** All of it as one query. */
  asOne(connection: Connection): Compilable<Row> {
    let db = creatorOf(connection);
    for (const { name, query } of this.#steps) db = withRows(db, name, query);
    return this.#last(db);
  }

  /** Does one after the other. */
  async inTurn(trx: Connection): Promise<readonly Row[]> {
    let db = creatorOf(trx);
    for (const { name, query, kind, columns } of this.#steps) {
      if (kind === 'read') {
        db = withRows(db, name, query);
        continue;
      }
      const rows = await rowsOf(trx, query(db));
      if (kind === 'guard' && rows.length === 0) return [];
      if (kind === 'guard' || columns.length > 0) db = withRows(db, name, () => asQuery(rows, columns));
    }
    return await rowsOf(trx, this.#last(db));
  }
}

/**
 * Does a combined write as the database can, in the caller's transaction if there is one, and answers its rows.
 * For `shape` and `values` see {@link madeQuery}.
 */
export async function writeCombined<Values extends QueryValues, Row>(
  context: StoreContext,
  write: {
    readonly shape: string;
    readonly values: Values;
    readonly define: (values: Values) => AnsweringWrite<Row>;
  },
  transaction?: Connection,
): Promise<readonly Row[]> {
  const { shape, values, define } = write;
  if (!context.dialect.combinesWrites) {
    const work = (trx: Connection) => define(values).inTurn(trx);
    return await (transaction === undefined ? inTransaction(context, work) : work(transaction));
  }
  const query = madeQuery(context, { shape, values, make: (inner) => define(inner).asOne(context.db) });
  const work = (db: Connection) => rowsOf(db, query);
  return await (transaction === undefined ? singly(context, work) : work(transaction));
}

type Creator = QueryCreator<never>;

// What the steps are called and yield is known to the callers' types, not to the loop over them.
const creatorOf = (connection: Connection) => connection as unknown as Creator;

function withRows(db: Creator, name: string, query: (db: Creator) => unknown): Creator {
  return db.with(name, query as (db: Creator) => Expression<Record<string, never>>);
}

async function rowsOf<Row>(db: Connection, query: Compilable<Row> | CompiledQuery<Row>): Promise<readonly Row[]> {
  return (await db.executeQuery(query)).rows;
}

/** Rows that a write has yielded, as a query that others can read from. */
function asQuery(rows: readonly unknown[], columns: readonly string[]) {
  if (rows.length === 0) {
    return sql`(SELECT ${sql.join(columns.map((name) => sql`NULL AS ${sql.ref(name)}`))} WHERE 0)`;
  }
  const names = Object.keys(rows[0] as object);
  const values = rows.map((row) => sql`(${sql.join(names.map((name) => (row as Record<string, unknown>)[name]))})`);
  return valuesAsTable(names, values);
}
