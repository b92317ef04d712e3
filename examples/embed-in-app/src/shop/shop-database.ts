import { CamelCasePlugin, type Generated, Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';

/** The shop's own tables. `jobs` is an order in its own sense: pubpipe's table of that name has a prefix. */
interface ShopTables {
  customers: { id: Generated<number>; name: string; passwordHash: string };
  sessions: { tokenHash: string; customerId: number };
  jobs: {
    id: Generated<number>;
    customerId: number;
    title: string;
    state: 'ordered' | 'printed' | 'failed';
    printJobId: string | null;
    pdfId: string | null;
  };
}

export type ShopDatabase = Kysely<ShopTables>;

/** Opens the shop's database, in the way that the shop is used to: with a plugin that rewrites all names. */
export function openShopDatabase(connectionString: string): ShopDatabase {
  const pool = new Pool({ connectionString });
  pool.on('error', console.error);
  return new Kysely({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
}

/** Makes the shop's tables where they are missing. */
export async function createShopTables(db: ShopDatabase): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('customers')
    .ifNotExists()
    .addColumn('id', 'serial', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('passwordHash', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('sessions')
    .ifNotExists()
    .addColumn('tokenHash', 'text', (column) => column.primaryKey())
    .addColumn('customerId', 'integer', (column) => column.notNull().references('customers.id'))
    .execute();
  await schema
    .createTable('jobs')
    .ifNotExists()
    .addColumn('id', 'serial', (column) => column.primaryKey())
    .addColumn('customerId', 'integer', (column) => column.notNull().references('customers.id'))
    .addColumn('title', 'varchar(80)', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull().defaultTo('ordered'))
    .addColumn('printJobId', 'text', (column) => column.unique())
    .addColumn('pdfId', 'text')
    .execute();
}
