import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { openTestDatabase } from '../../../test/kit/shared-postgres.ts';
import { startSupervised } from '../../../test/kit/supervised-process.ts';
import { createLogin } from '../src/shop/login.ts';
import { createShopTables, openShopDatabase } from '../src/shop/shop-database.ts';

/** A shop that runs as a process of its own, with customers whose passwords are their names. */
export type Shop = Awaited<ReturnType<typeof openShop>>;

/** Opens a shop on a database of its own. */
export async function openShop() {
  const database = await openTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-shop-'));
  const db = openShopDatabase(database.url);
  await createShopTables(db);
  for (const name of ['ada', 'bob']) await createLogin(db).register(name, name);
  const logFile = join(directory, 'log');
  const child = await startSupervised(process.execPath, {
    args: ['--conditions=@pubpipe/source', join(import.meta.dirname, '../src/main.ts')],
    logFile,
    env: { ...process.env, DATABASE_URL: database.url, DIRECTORY: directory, PORT: '0' },
  });
  const address = async () => /The shop is at (\S+)/.exec(await child.describe())?.[1];
  await child.waitUntil('the shop is open', async () => (await address()) !== undefined, 60_000);
  const origin = await address();

  const ask = (path: string, init: RequestInit & { readonly cookie?: string } = {}) => {
    const { cookie, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (cookie !== undefined) headers.set('Cookie', cookie);
    return fetch(`${origin}${path}`, { ...rest, headers });
  };
  const tryToLogIn = (name: string, password: string) =>
    ask('/login', {
      method: 'POST',
      body: JSON.stringify({ name, password }),
      headers: { 'Content-Type': 'application/json' },
    });
  return {
    ask,
    tryToLogIn,
    async logIn(name: string) {
      return (await tryToLogIn(name, name)).headers.get('Set-Cookie')?.split(';')[0] ?? '';
    },
    /** The shop's own table. */
    rows: () => db.selectFrom('jobs').selectAll().execute(),
    async close() {
      const ending = child.end('SIGTERM');
      await child.succeed(30_000);
      await ending;
      await db.destroy();
      await database.drop();
      await rm(directory, { recursive: true });
    },
  };
}
