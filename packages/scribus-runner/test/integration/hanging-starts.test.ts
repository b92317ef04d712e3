import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { documentOf, documents, threePagesWith } from '../fixtures/documents.ts';
import { openRendererForTest, processesNaming } from './open-renderer.ts';

// Stands in for Scribus, and opens no document: there is no program of the document's to run.
const standIn = fileURLToPath(new URL('../fixtures/taken-over/start.py', import.meta.url));
const openedByStandIn = { code: 'DOCUMENT_UNREADABLE' };
const protections =
  '{"noNewPrivileges":true,"landlock":7,"allThreads":true,"seccomp":true,"limits":true,"bubblewrap":false}';
const hello = `echo '{"type":"hello","protocol":2,"scribus":"1.5.8","pid":1,"protections":${protections}}' >&4`;

/** A program that does `first` when it is started for the first time, and then what stands in for Scribus. */
async function programThatFirst(first: string): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'scribus-runner-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return ['sh', '-c', `if mkdir '${directory}/once'; then ${first}; fi; exec python3 '${standIn}' "$@"`, 'sh'];
}

it('gives up a warm Scribus that says nothing, and starts another for the next render', async () => {
  const scribus = await programThatFirst('exec sleep 1000');
  const opened = await openRendererForTest({ scribus, limits: { startMs: 6000 } });

  await expect(opened.render(documents.sound)).rejects.toMatchObject({
    code: expect.stringMatching(/RENDER_TIMEOUT|RENDERER_UNAVAILABLE/),
    details: { stage: 'starting', timeoutMs: 6000 },
  });

  await vi.waitFor(async () => expect(await processesNaming(opened.temporaryDirectory)).toEqual([]));
  await expect(opened.render(documents.sound)).rejects.toMatchObject(openedByStandIn);
});

// A request that no pipe holds: the rest of it stays here until somebody reads.
const manyLinks = documentOf(
  threePagesWith(
    /<PAGEOBJECT [^>]*PFILE="red.png"[^>]*\/?>(?:\s*<\/PAGEOBJECT>)?/,
    Array.from(
      { length: 5000 },
      (_, index) => `<PAGEOBJECT PTYPE="2" OwnPage="0" PFILE="${'x'.repeat(90)}${index}.png"/>`,
    ).join(''),
  ),
);

it.each([
  { what: 'reads nothing', first: `${hello}; exec sleep 1000`, code: 'RENDER_TIMEOUT' },
  { what: 'reads and forks nothing', first: `${hello}; exec cat <&3`, code: 'RENDER_TIMEOUT' },
  // Once a request has come: before, it would be one that can't be started.
  {
    what: 'closes its line',
    first: `${hello}; head -c 1 <&3 >/dev/null; exec 3<&-; exec sleep 1000`,
    code: 'RENDERER_CRASHED',
  },
])('waits no longer than it may for a warm Scribus that $what, and then starts another', async ({ first, code }) => {
  const opened = await openRendererForTest({ scribus: await programThatFirst(first), limits: { openMs: 3000 } });

  const renders = await Promise.allSettled([opened.render(manyLinks), opened.render(manyLinks)]);

  // One that was asked to end a render and does nothing is killed, with all its renders.
  const oneOf = expect.stringMatching(`^(?:${code}|RENDERER_CRASHED)$`);
  expect(renders).toMatchObject([{ reason: { code: oneOf } }, { reason: { code: oneOf } }]);
  expect(await opened.processes()).toEqual([]);
  await vi.waitFor(
    async () => {
      await expect(opened.render(documents.sound)).rejects.toMatchObject(openedByStandIn);
    },
    { timeout: 30_000 },
  );
});

it('can be closed while Scribus starts', async () => {
  const opened = await openRendererForTest({ scribus: ['sh', '-c', 'exec sleep 1000'] });
  const started = Promise.allSettled([opened.renderer.warmUp(), opened.render(documents.sound)]);
  await vi.waitFor(async () => expect(await processesNaming(opened.temporaryDirectory)).toHaveLength(1), {
    timeout: 20_000,
  });

  await Promise.all([opened.renderer.close(), opened.renderer.close()]);

  expect(await started).toMatchObject([{ reason: { code: 'CLOSED' } }, { reason: { code: 'CLOSED' } }]);
  expect(await processesNaming(opened.temporaryDirectory)).toEqual([]);
  await expect(opened.renderer.warmUp()).rejects.toMatchObject({ code: 'CLOSED' });
});

it('ends a process that hangs ahead of its job', async () => {
  const opened = await openRendererForTest({ scribus: ['python3', standIn, 'hang-ahead'] });
  await opened.renderer.warmUp();
  await vi.waitFor(async () => expect(await opened.forkedAhead()).toHaveLength(1), { timeout: 20_000, interval: 20 });

  await vi.waitFor(async () => expect(await opened.forkedAhead()).toEqual([]), { timeout: 20_000 });

  await expect(opened.render(documents.sound)).rejects.toMatchObject(openedByStandIn);
});

it('forks no process ahead at once where one after the other is killed', async () => {
  const opened = await openRendererForTest({ scribus: ['python3', standIn] });
  await opened.renderer.warmUp();
  const killed = new Set<number>();

  for (const until = performance.now() + 4000; performance.now() < until; await sleep(10)) {
    for (const id of await opened.forkedAhead()) {
      if (killed.has(id) || !isWaiting(id)) continue;
      process.kill(id, 'SIGKILL');
      killed.add(id);
    }
  }

  expect(killed.size).toBeGreaterThan(0);
  expect(killed.size).toBeLessThan(6);
});

/** Whether a process that was forked ahead has said that it is ready, and reads. */
const isWaiting = (id: number): boolean => {
  try {
    return readFileSync(`/proc/${id}/wchan`, 'utf8').includes('pipe');
  } catch {
    // It has ended.
    return false;
  }
};
