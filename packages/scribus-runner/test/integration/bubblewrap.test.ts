import { readlinkSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished, vi } from 'vitest';
import { documentOf, documents, linkedImage, threePagesWith } from '../fixtures/documents.ts';
import { ghostscriptConverts, openRendererForTest } from './open-renderer.ts';
import { processesOf } from './renderer-processes.ts';
import { withoutLandlock } from './without-landlock.ts';

it.each(['warm', 'cold'] as const)('renders under bubblewrap where Landlock is missing, in mode %s', async (mode) => {
  const opened = await openRendererForTest({ ...withoutLandlock, mode });

  const renders = Promise.all([opened.render(documents.sound), opened.render(documents.sound)]);

  await expect(renders).resolves.toMatchObject([{ result: { pageCount: 3 } }, { result: { pageCount: 3 } }]);
  expect(await opened.renderer.health()).toMatchObject({ ok: true, protections: { landlock: 0, bubblewrap: true } });
  expect(await opened.processes()).toEqual([]);
  expect(await opened.temporaryFiles()).toEqual([]);
  // The warm Scribus is of no use here.
  await vi.waitFor(async () => expect(await opened.servers()).toEqual([]), { timeout: 20_000 });
});

it('shows a document its own files only', async () => {
  const outside = await makeDirectory();
  const image = join(outside, 'red.png');
  await writeFile(image, linkedImage['red.png']);
  const document = documentOf(threePagesWith('PFILE="red.png"', `PFILE="${image}"`));
  const exposed = await openRendererForTest({ ...withoutLandlock, screening: 'off', sandbox: 'off' });
  const isolated = await openRendererForTest({ ...withoutLandlock, screening: 'off' });

  await expect(exposed.render(document)).resolves.toMatchObject({ result: { findings: [] } });
  await expect(isolated.render(document)).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
    details: { findings: [{ check: 'missing-image' }] },
  });
});

it('has no network, and leaves nothing when it is cancelled', async () => {
  const opened = await openRendererForTest(withoutLandlock);
  const controller = new AbortController();
  const outcome = Promise.allSettled([opened.render(documents.endless, {}, { signal: controller.signal })]);
  await ghostscriptConverts(opened.processes);
  const all = await processesOf(opened.temporaryDirectory);
  const networks = [/^scribus /, /gs .*-sOutputFile/].map((program) => {
    const found = all.find(({ command }) => program.test(command));
    return readlinkSync(`/proc/${found?.id}/ns/net`);
  });

  controller.abort();

  expect(new Set([...networks, readlinkSync('/proc/self/ns/net')]).size).toBe(2);
  expect(await outcome).toMatchObject([{ reason: { code: 'CANCELLED' } }]);
  expect(await opened.processes()).toEqual([]);
  expect(await opened.temporaryFiles()).toEqual([]);
});

it('tells which signal a render died of, and names its limits', async () => {
  const opened = await openRendererForTest(withoutLandlock);
  const limited = await openRendererForTest({ ...withoutLandlock, limits: { outputBytes: 12_000 } });

  await expect(opened.render(documents.crashing)).rejects.toMatchObject({
    code: 'RENDERER_CRASHED',
    details: { signal: 'SIGSEGV', exitCode: null },
  });
  await expect(limited.render(documents.sound)).rejects.toMatchObject({
    code: 'RENDER_LIMIT',
    details: { limit: 'outputBytes' },
  });
});

it.each(['warm', 'cold'] as const)('goes on without it, unless a sandbox is required, in mode %s', async (mode) => {
  await takeBubblewrapAway();
  const required = await openRendererForTest({ ...withoutLandlock, mode });
  const preferred = await openRendererForTest({ ...withoutLandlock, mode, sandbox: 'preferred' });

  const unavailable = { code: 'RENDERER_UNAVAILABLE', message: expect.stringContaining('Landlock') };
  await expect(required.render(documents.sound)).rejects.toMatchObject(unavailable);
  await expect(required.renderer.warmUp()).rejects.toMatchObject(unavailable);
  const protections = { landlock: 0, bubblewrap: false, seccomp: true };
  const reason = expect.stringContaining('Landlock (or bubblewrap)');
  expect(await required.renderer.health()).toMatchObject({ ok: false, reason, protections });
  await expect(preferred.render(documents.sound)).resolves.toMatchObject({ result: { pageCount: 3 } });
  expect(await preferred.renderer.health()).toMatchObject({ ok: true, protections });
});

/** From here on `bwrap` does what it does where user namespaces are switched off. */
async function takeBubblewrapAway(): Promise<void> {
  const directory = await makeDirectory();
  const program = join(directory, 'bwrap');
  await writeFile(program, '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n');
  await chmod(program, 0o755);
  const { PATH } = process.env;
  onTestFinished(() => {
    process.env['PATH'] = PATH;
  });
  process.env['PATH'] = `${directory}:${PATH}`;
}

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'scribus-runner-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}
