import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { findFreePort } from './free-port.ts';
import { createGuardedDirectory } from './guarded-directory.ts';
import { findPostgresPrograms } from './postgres-programs.ts';
import { type SupervisedProcess, startSupervised } from './supervised-process.ts';

/** How a test's own PostgreSQL server works. */
export interface PostgresServerOptions {
  /**
   * Whether a COMMIT waits for the disk. Only the loss of power tells the difference, and no test makes that.
   * @defaultValue false
   */
  readonly fsync?: boolean;
  /** Bound of each step of the start. @defaultValue 60_000 */
  readonly timeoutMs?: number;
}

/** A real PostgreSQL server of the tests' own. */
export interface PostgresServer {
  /** For a superuser, to the database `postgres`. */
  readonly url: string;
  /** Where its data is. */
  readonly directory: string;
  /** Resolves when the server has ended that runs now. */
  readonly ended: Promise<void>;
  /** Ends the server as a crash would, with all its connections. What was committed is still there at the next start. */
  crash(): Promise<void>;
  /** Starts it again after a crash, at the same port; resolves when it answers. */
  start(): Promise<void>;
  /** Ends the server and removes its data. Both also happen when this process ends, in whatever way. */
  stop(): Promise<void>;
}

const user = 'pubpipe';

/** Starts a PostgreSQL server for the caller alone, on a free loopback port and with its data in a temporary directory. */
export async function startPostgresServer(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const { fsync = false, timeoutMs = 60_000 } = options;
  const program = await findPostgresPrograms();
  const directory = await createGuardedDirectory('pubpipe-postgres-');
  try {
    const [data, logFile] = [join(directory.path, 'data'), join(directory.path, 'log')];
    const port = await findFreePort();
    const asOwner = await ownerOf(directory.path, data);
    const run = (name: string, args: readonly string[]) => {
      const [command = '', ...rest] = [...asOwner, program(name), ...args];
      return startSupervised(command, { args: rest, logFile });
    };
    const initdb = await run('initdb', [
      '-D',
      data,
      '-U',
      user,
      '--auth=trust',
      '--encoding=UTF8',
      '--no-locale',
      '--no-sync',
    ]);
    await initdb.succeed(timeoutMs);

    const url = `postgres://${user}@127.0.0.1:${port}/postgres`;
    const settings = { ...always, fsync, full_page_writes: fsync, port };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const start = async (): Promise<SupervisedProcess> => {
      const server = await run('postgres', ['-D', data, ...args]);
      await server.waitUntil('PostgreSQL answers', () => answers(url), timeoutMs);
      return server;
    };
    let server = await start();
    return {
      url,
      directory: directory.path,
      get ended() {
        return server.ended;
      },
      crash: () => server.end('SIGQUIT'),
      async start() {
        if (!server.hasEnded) throw new Error('PostgreSQL runs already');
        server = await start();
      },
      async stop() {
        await server.end('SIGQUIT');
        await directory.remove();
      },
    };
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

const always = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  // What a test does must not depend on when the server cleans up.
  autovacuum: 'off',
};

/** PostgreSQL refuses to be root: then the user that its package has made owns the data. */
async function ownerOf(directory: string, data: string): Promise<readonly string[]> {
  await mkdir(data, { mode: 0o700 });
  if (process.getuid?.() !== 0) return [];
  const home = await stat('/var/lib/postgresql');
  await chmod(directory, 0o755);
  await chown(data, home.uid, home.gid);
  // A change of user makes the kernel forget whose end is the process's own: so it is said once more.
  return ['setpriv', `--reuid=${home.uid}`, `--regid=${home.gid}`, '--clear-groups', '--pdeathsig=KILL', '--'];
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 2_000 });
  // A server that is starting closes the connection at any moment; the caller asks again.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
