import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import type { JobReach } from './job-reach.ts';
import type { JobWorkspace } from './job-workspace.ts';
import type { ProcessEnd, ScribusEngine, ScribusProcess } from './scribus-engine.ts';
import { withScribus } from './with-scribus.ts';

const workspace = { directory: '/nowhere' } as JobWorkspace;
const reach: JobReach = { readPaths: [], writePaths: [] };
const reason = new Error('The customer has left.');

/** A process that ends only when it is killed. */
function fakeEngine(onStart = () => {}) {
  const ended = Promise.withResolvers<ProcessEnd>();
  const seen = { starts: 0, kills: 0, finishes: 0 };
  const scribus = {
    ended: () => ended.promise,
    finish: () => {
      seen.finishes += 1;
      return Promise.resolve();
    },
    kill: () => {
      seen.kills += 1;
      ended.resolve({ exitCode: undefined, signal: 'SIGKILL' });
      return ended.promise;
    },
  } as ScribusProcess;
  const engine: ScribusEngine = {
    startAhead: () => Promise.resolve(),
    start: () => {
      seen.starts += 1;
      onStart();
      return scribus;
    },
    startTemplate: () => undefined,
    close: () => Promise.resolve(),
  };
  return { engine, seen };
}

it('starts nothing when it has been aborted before', async () => {
  const { engine, seen } = fakeEngine();

  const work = withScribus({ engine, workspace, reach, signal: AbortSignal.abort(reason) }, (scribus) =>
    scribus.ended(),
  );

  await expect(work).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
  expect(seen).toEqual({ starts: 0, kills: 0, finishes: 0 });
});

it.each(['while it starts', 'while it works'])('kills when it is aborted %s', async (when) => {
  const controller = new AbortController();
  const { engine, seen } = fakeEngine(() => when === 'while it starts' && controller.abort(reason));

  const work = withScribus({ engine, workspace, reach, signal: controller.signal }, (scribus) => scribus.ended());
  controller.abort(reason);

  expect(await work).toEqual({ exitCode: undefined, signal: 'SIGKILL' });
  expect(seen.starts).toBe(1);
});

it('kills when the work fails, and finishes what has done its work', async () => {
  const { signal } = new AbortController();
  const failing = fakeEngine();

  await expect(withScribus({ ...failing, workspace, reach, signal }, () => Promise.reject(reason))).rejects.toBe(
    reason,
  );
  expect(failing.seen).toEqual({ starts: 1, kills: 1, finishes: 0 });

  const succeeding = fakeEngine();
  expect(await withScribus({ ...succeeding, workspace, reach, signal }, () => Promise.resolve('result'))).toBe(
    'result',
  );
  expect(succeeding.seen).toEqual({ starts: 1, kills: 0, finishes: 1 });
});

it('leaves no rejection to nobody when a start fails that is killed meanwhile', async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', onUnhandled);
  onTestFinished(() => void process.off('unhandledRejection', onUnhandled));
  const failure = new Error('There is no such program.');
  const { engine } = fakeEngine();
  const failing: ScribusEngine = {
    ...engine,
    start: () => ({ ended: () => Promise.reject(failure), kill: () => Promise.reject(failure) }) as ScribusProcess,
  };
  const controller = new AbortController();

  const work = withScribus({ engine: failing, workspace, reach, signal: controller.signal }, async (scribus) => {
    controller.abort(reason);
    return await scribus.ended();
  });

  await expect(work).rejects.toBe(failure);
  // Rejections that nobody takes are told once the queue of promises is empty.
  await new Promise(setImmediate);
  expect(unhandled).toEqual([]);
});
