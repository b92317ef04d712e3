import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { issueApiKey } from '@pubpipe/core/http';
import buildPage from '../../../test/page/support/build-page.ts';
import type { RunOptions } from './run-options.ts';
import { startProcesses } from './start-processes.ts';
import { startServers } from './start-servers.ts';

// The processes run the sources, of which what browsers get has to be built.
const builtPage = join(import.meta.dirname, '../../../packages/adapter-express/dist/page/client/index.html');

/** Runs everything until it is interrupted, or a part of it ends by itself. Returns the exit code. */
export async function runService(options: RunOptions): Promise<number> {
  const interrupt = interruptSignal();
  await using owned = new AsyncDisposableStack();
  if (!existsSync(builtPage)) await buildPage();
  const servers = await startServers(options, owned);
  if (interrupt.aborted) return 0;
  const { key, stored } = issueApiKey('you');
  const service = await startProcesses({ ...servers, stored, port: options.port }, owned);
  if (interrupt.aborted) return 0;

  console.log(`The service is at work. In another terminal:

  export PUBPIPE_URL=${service.url}
  export PUBPIPE_KEY=${key}

What to do with them is in examples/service/README.md; the page at ${new URL('/', service.url).href} asks
for the key. The api logs to ${service.logs.api}
and the worker to ${service.logs.worker}; metrics are at ${service.metrics.api}
and ${service.metrics.worker}. Ctrl-C ends everything, and removes all it has stored.`);

  const ended = await Promise.race([
    once(interrupt, 'abort').then(() => undefined),
    ...[...servers.parts, ...service.parts].map((part) => part.ended.then(() => part)),
  ]);
  if (ended === undefined) {
    console.log('\nEnding …');
    return 0;
  }
  console.error(`${ended.name} has ended: so everything ends. ${await ended.describe()}`);
  return 1;
}

/** A process that must not end by itself. */
export interface Part {
  readonly name: string;
  readonly ended: Promise<void>;
  /** What it said at its end. */
  describe(): Promise<string>;
}

/** Aborts at the first interrupt. A second one ends this process at once; the kernel then ends those it has started. */
function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (interrupt.signal.aborted) process.exit(1);
      interrupt.abort();
    });
  }
  return interrupt.signal;
}
