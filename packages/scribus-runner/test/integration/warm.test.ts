import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { RenderProgress } from '@pubpipe/core';
import type { ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { expect, it, onTestFinished, vi } from 'vitest';
import { processStat } from '../../src/engine/process-stat.ts';
import { documents } from '../fixtures/documents.ts';
import { ghostscriptConverts, openRendererForTest, type RendererUnderTest } from './open-renderer.ts';
import { processesOf } from './renderer-processes.ts';

async function onlyServer({ servers }: RendererUnderTest): Promise<number> {
  const [pid, ...others] = await servers();
  expect(others).toEqual([]);
  return pid as number;
}

/** The number of the process that waits for a job: it has been warmed up, and reads. */
async function forkedAheadAndReady({ forkedAhead }: RendererUnderTest): Promise<number> {
  return await vi.waitFor(
    async () => {
      const [pid] = await forkedAhead();
      expect(readFileSync(`/proc/${pid}/wchan`, 'utf8')).toContain('pipe');
      return pid as number;
    },
    { timeout: 20_000, interval: 20 },
  );
}

it('serves one render after the other, and several at once, from one process', async () => {
  const opened = await openRendererForTest();
  await opened.renderer.warmUp();
  const server = await onlyServer(opened);

  await opened.render(documents.sound);
  await Promise.all([opened.render(documents.sound), opened.render(documents.sound), opened.render(documents.sound)]);

  expect(await onlyServer(opened)).toBe(server);
});

it('gives the next render to a process that was forked ahead and waits', async () => {
  const opened = await openRendererForTest();
  await opened.renderer.warmUp();
  const waiting = await forkedAheadAndReady(opened);
  let worksIn = '';

  // Images of all pages take so long that the process is still there.
  const request = { renditions: [{ kind: 'png', dpi: 300 }, { kind: 'pdf' }] } as const;
  const onProgress = ({ stage, pagesDone }: RenderProgress) => {
    if (stage === 'exporting' && pagesDone === undefined) worksIn = readlinkSync(`/proc/${waiting}/cwd`);
  };
  await opened.render(documents.sound, request, { onProgress });

  expect(worksIn).toContain('/pubpipe-render-');
  expect(await opened.processes()).toEqual([]);
});

it('does without a process that was forked ahead and died', async () => {
  const opened = await openRendererForTest();
  await opened.renderer.warmUp();
  const [server, waiting] = [await onlyServer(opened), await forkedAheadAndReady(opened)];

  process.kill(waiting, 'SIGKILL');
  // What is sent to it until then is lost with it.
  await vi.waitFor(() => expect(processStat(waiting)?.state ?? 'Z').toBe('Z'));
  await opened.render(documents.sound);

  expect(await onlyServer(opened)).toBe(server);
  expect(await forkedAheadAndReady(opened)).not.toBe(waiting);
});

it('loses one render, and nothing else, when its process is killed', async () => {
  const opened = await openRendererForTest();
  const outcome = Promise.allSettled([opened.render(documents.endless)]);
  await ghostscriptConverts(opened.processes);
  const server = await onlyServer(opened);
  const jobs = (await processesOf(opened.temporaryDirectory)).filter(
    ({ warm, command }) => !warm && !command.includes('gs '),
  );

  for (const { id } of jobs) process.kill(id, 'SIGKILL');

  expect(await outcome).toMatchObject([{ reason: { code: 'RENDERER_CRASHED', details: { signal: 'SIGKILL' } } }]);
  expect(await opened.processes()).toEqual([]);
  expect(await opened.temporaryFiles()).toEqual([]);
  await opened.render(documents.sound);
  expect(await onlyServer(opened)).toBe(server);
});

it.each(['SIGKILL', 'SIGSEGV'] as const)(
  'fails its renders, and starts anew, when the warm process dies of %s',
  async (signal) => {
    const opened = await openRendererForTest();
    const outcome = Promise.allSettled([opened.render(documents.endless), opened.render(documents.endless)]);
    await ghostscriptConverts(opened.processes);

    process.kill(await onlyServer(opened), signal);

    const crashed = { reason: { code: 'RENDERER_CRASHED', details: { signal } } };
    expect(await outcome).toMatchObject([crashed, crashed]);
    expect(await opened.processes()).toEqual([]);
    expect(await opened.temporaryFiles()).toEqual([]);
    await expect(opened.render(documents.sound)).resolves.toMatchObject({ result: { pageCount: 3 } });
  },
);

it('does not wait for ever for a warm process that stands still', async () => {
  const opened = await openRendererForTest();
  const controller = new AbortController();
  const outcome = Promise.allSettled([opened.render(documents.endless, {}, { signal: controller.signal })]);
  await ghostscriptConverts(opened.processes);

  process.kill(await onlyServer(opened), 'SIGSTOP');
  controller.abort();

  expect(await outcome).toMatchObject([{ reason: { code: 'CANCELLED' } }]);
  expect(await opened.processes()).toEqual([]);
  await opened.render(documents.sound);
});

it('replaces the warm process after as many renders as it may serve, and the old one goes', async () => {
  const opened = await openRendererForTest({ renewal: { maxJobs: 2 } });
  await opened.render(documents.sound);
  const first = await onlyServer(opened);
  await opened.render(documents.sound);

  // The third finds that it is time, and is served by the old one while the new one starts.
  await opened.render(documents.sound);

  await vi.waitFor(async () => expect(await onlyServer(opened)).not.toBe(first), { timeout: 20_000 });
  await opened.render(documents.sound);
  expect(await opened.temporaryFiles()).toEqual([]);
});

it('leaves nothing when it is closed', async () => {
  const opened = await openRendererForTest();
  await opened.render(documents.sound);

  await opened.renderer.close();

  expect(await processesOf(opened.temporaryDirectory)).toEqual([]);
  expect(await readdir(opened.temporaryDirectory)).toEqual([]);
});

it('does not keep its host running, and ends with it', async () => {
  const root = await newRoot();
  const host = startHost(root, `await renderer.render(request);`);

  const [exitCode] = (await once(host, 'exit')) as [number];

  expect(exitCode).toBe(0);
  await vi.waitFor(async () => expect(await processesOf(root)).toEqual([]), { timeout: 20_000 });
});

it('removes what a killed process has left, and nothing of the living', async () => {
  const root = await newRoot();
  const host = startHost(root, `await renderer.render(request); process.kill(process.pid, 'SIGKILL');`);
  await once(host, 'exit');
  const left = await readdir(join(root, 'jobs'));
  expect(left).toContainEqual(expect.stringMatching(/^pubpipe-scribus-/));
  const other = await openRendererForTest({ temporaryDirectory: join(root, 'jobs') });
  await other.renderer.warmUp();
  expect((await readdir(join(root, 'jobs'))).filter((name) => left.includes(name))).toEqual([]);
  await other.render(documents.sound);
  const third = await openRendererForTest({ temporaryDirectory: join(root, 'jobs') });

  await third.render(documents.sound);

  const kept = await readdir(join(root, 'jobs'));
  expect(kept.filter((name) => left.includes(name))).toEqual([]);
  expect(kept).toHaveLength(2);
  await expect(other.render(documents.sound)).resolves.toBeDefined();
});

it('leaves nothing running when its host and the warm process are killed at once', { timeout: 120_000 }, async () => {
  const root = await newRoot(documents.endless);
  const host = startHost(root, `await renderer.render(request);`, { limits: { cpuSeconds: 2 } });
  const running = async () => (await processesOf(join(root, 'jobs'))).map(({ command }) => command);
  await ghostscriptConverts(running);
  const server = (await processesOf(join(root, 'jobs'))).find(({ warm }) => warm);

  process.kill(server?.id as number, 'SIGSTOP');
  host.kill('SIGKILL');
  process.kill(server?.id as number, 'SIGKILL');

  // Ghostscript ends at its limit of processor time, if not before.
  await vi.waitFor(async () => expect(await running()).toEqual([]), { timeout: 60_000, interval: 100 });
});

async function newRoot(document = documents.sound): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'scribus-runner-test-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const name of ['input', 'output', 'jobs']) await mkdir(join(root, name));
  for (const { name, content } of document.files) await writeFile(join(root, 'input', name), content);
  return root;
}

/** Another process, in which `script` may use `renderer` and `request`. */
function startHost(root: string, script: string, options: ScribusRendererOptions = {}) {
  const source = `
    import { createScribusRenderer } from '@pubpipe/scribus-runner';
    const [inputDirectory, outputDirectory, temporaryDirectory] = ${JSON.stringify(['input', 'output', 'jobs'].map((name) => join(root, name)))};
    const renderer = createScribusRenderer({ temporaryDirectory, ...${JSON.stringify(options)} });
    const request = { inputDirectory, document: 'document.sla', outputDirectory, renditions: [{ kind: 'pdf' }] };
    ${script}`;
  const args = ['--conditions=@pubpipe/source', '--input-type=module', '--eval', source];
  return spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: 'inherit' });
}
