import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findFreePort } from './free-port.ts';
import { createGuardedDirectory } from './guarded-directory.ts';
import { requirePrograms } from './require-programs.ts';
import { type SupervisedProcess, startSupervised } from './supervised-process.ts';

/** A real Redis server of the tests' own. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Resolves when the server has ended that runs now. */
  readonly ended: Promise<void>;
  /** Ends the server as a crash would and starts it again at the same port, with what it had acknowledged or with nothing. */
  restart(options: { readonly loseData: boolean }): Promise<void>;
  /** Ends the server as a crash would: nobody is at its port until it is started again. */
  kill(): Promise<void>;
  /** Stops its process: connections stay open, new ones are made, and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Ends the server and removes its data. Both also happen when this process ends, in whatever way. */
  stop(): Promise<void>;
}

/** Starts a Redis server for the caller alone, on a free loopback port and with its data in a temporary directory. */
export async function startRedisServer({ timeoutMs = 30_000 } = {}): Promise<RedisServer> {
  await requirePrograms('redis');
  const directory = await createGuardedDirectory('pubpipe-redis-');
  const port = await findFreePort();
  const settings = {
    ...always,
    port: String(port),
    dir: directory.path,
  };
  const start = async (): Promise<SupervisedProcess> => {
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const server = await startSupervised('redis-server', { args, logFile: join(directory.path, 'log') });
    await server.waitUntil('Redis answers', () => answers(port), timeoutMs);
    return server;
  };
  try {
    let server = await start();
    return {
      url: `redis://127.0.0.1:${port}`,
      port,
      get ended() {
        return server.ended;
      },
      async restart({ loseData }) {
        await server.kill();
        if (loseData) await rm(join(directory.path, always.appenddirname), { recursive: true });
        server = await start();
      },
      kill: () => server.kill(),
      freeze: () => void process.kill(server.pid, 'SIGSTOP'),
      thaw: () => void process.kill(server.pid, 'SIGCONT'),
      async stop() {
        await server.kill();
        await directory.remove();
      },
    };
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

const always = {
  bind: '127.0.0.1',
  save: '',
  // What was acknowledged is in the file, so that a restart can keep it.
  appendonly: 'yes',
  appenddirname: 'appendonlydir',
  'maxmemory-policy': 'noeviction',
};

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port }, () => socket.write('PING\r\n'));
  socket.setTimeout(1_000, () => socket.destroy());
  socket.on('data', (data) => {
    // While it reads its file it answers -LOADING.
    resolve(data.toString().startsWith('+PONG'));
    socket.destroy();
  });
  socket.on('error', () => resolve(false));
  socket.on('close', () => resolve(false));
  return promise;
}
