import { type Compilable, type Expression, type QueryCreator, sql } from 'kysely';
import type { PubpipeDatabase } from './database.ts';
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
  readonly #context: StoreContext;
  readonly #steps: readonly Step[];

  constructor(context: StoreContext, steps: readonly Step[] = []) {
    this.#context = context;
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

  /** Does it all, in the caller's transaction if there is one, and answers the rows of a last query. */
  async run<Row>(query: Make<Tables, Row>, transaction?: Connection): Promise<readonly Row[]> {
    const { dialect } = this.#context;
    const work = (connection: Connection) =>
      dialect.combinesWrites ? this.#runAtOnce(connection, query) : this.#runInTurn(connection, query);
    if (transaction !== undefined) return await work(transaction);
    return await (dialect.combinesWrites ? singly : inTransaction)(this.#context, work);
  }

  #add<Name extends string, Query, Row>({ query, ...step }: Omit<Step, 'query'> & { readonly query: Query }) {
    const added = { ...step, query: query as Step['query'] };
    return new CombinedWrite<Tables & Record<Name, Row>>(this.#context, [...this.#steps, added]);
  }

  async #runAtOnce<Row>(connection: Connection, last: Make<Tables, Row>): Promise<readonly Row[]> {
    let db = creatorOf(connection);
    for (const { name, query } of this.#steps) db = withRows(db, name, query);
    return await rowsOf(db, last);
  }

  async #runInTurn<Row>(trx: Connection, last: Make<Tables, Row>): Promise<readonly Row[]> {
    let db = creatorOf(trx);
    for (const { name, query, kind, columns } of this.#steps) {
      if (kind === 'read') {
        db = withRows(db, name, query);
        continue;
      }
      const rows = await rowsOf(db, query);
      if (kind === 'guard' && rows.length === 0) return [];
      if (kind === 'guard' || columns.length > 0) db = withRows(db, name, () => asQuery(rows, columns));
    }
    return await rowsOf(db, last);
  }
}

type Creator = QueryCreator<never>;

// What the steps are called and yield is known to the callers' types, not to the loop over them.
const creatorOf = (connection: Connection) => connection as unknown as Creator;

function withRows(db: Creator, name: string, query: (db: Creator) => unknown): Creator {
  return db.with(name, query as (db: Creator) => Expression<Record<string, never>>) as unknown as Creator;
}

async function rowsOf<Tables, Row>(db: Creator, make: Make<Tables, Row>): Promise<readonly Row[]> {
  const query = make(db as unknown as QueryCreator<Tables>) as unknown as { execute(): Promise<readonly Row[]> };
  return await query.execute();
}

/** Rows that a write has yielded, as a query that others can read from. */
function asQuery(rows: readonly unknown[], columns: readonly string[]) {
  if (rows.length === 0) return sql`(SELECT ${columnsOf(columns.map((name) => [name, null]))} WHERE 0)`;
  const selects = rows.map((row) => sql`SELECT ${columnsOf(Object.entries(row as object))}`);
  return sql`(${sql.join(selects, sql` UNION ALL `)})`;
}

const columnsOf = (columns: readonly (readonly [string, unknown])[]) =>
  sql.join(columns.map(([name, value]) => sql`${value} AS ${sql.ref(name)}`));
