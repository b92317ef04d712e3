import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { ghostscriptConverts, openRendererForTest, processesNaming, type RendererUnderTest } from './open-renderer.ts';

const descriptors = (): number => readdirSync('/proc/self/fd').length;

async function expectNothingLeft({ processes, temporaryFiles }: RendererUnderTest): Promise<void> {
  expect(await processes()).toEqual([]);
  expect(await temporaryFiles()).toEqual([]);
}

describe.each(['warm', 'cold'] as const)('in mode %s', (mode) => {
  it('leaves nothing after a render', async () => {
    const opened = await openRendererForTest({ mode });
    await opened.render(documents.sound);
    const before = descriptors();

    await opened.render(documents.sound, { renditions: [{ kind: 'pdf' }, { kind: 'png' }] });

    await expectNothingLeft(opened);
    expect(descriptors()).toBe(before);
  });

  it('kills Scribus and its Ghostscript when the time is over', async () => {
    // Of the stage: how long Scribus takes to start is another matter.
    const opened = await openRendererForTest({ mode, limits: { openMs: 5000 } });
    let seen: readonly string[] = [];

    const render = opened.render(documents.endless);
    const watch = ghostscriptConverts(opened.processes).then(async () => {
      seen = await opened.processes();
    });

    await expect(render).rejects.toMatchObject({
      code: 'RENDER_TIMEOUT',
      details: { stage: 'opening', timeoutMs: 5000, of: 'stage' },
    });
    await expectNothingLeft(opened);
    await watch;
    expect(seen).toContainEqual(expect.stringMatching(/^scribus -platform offscreen/));
  });

  it('kills Scribus and its Ghostscript when it is cancelled or closed', async () => {
    const opened = await openRendererForTest({ mode });
    const controller = new AbortController();
    const cancelled = opened.render(documents.endless, {}, { signal: controller.signal });
    const closed = opened.render(documents.endless);
    const outcomes = Promise.allSettled([cancelled, closed]);
    await ghostscriptConverts(opened.processes);

    controller.abort();
    await opened.renderer.close();

    await expectNothingLeft(opened);
    expect(await outcomes).toMatchObject([{ reason: { code: 'CANCELLED' } }, { reason: { code: 'CLOSED' } }]);
  });

  it('leaves no Scribus and no Ghostscript when its own process is killed', async () => {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'scribus-runner-test-')));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    for (const { name, content } of documents.endless.files) await writeFile(join(root, name), content);
    const host = startHost(root, mode);
    onTestFinished(() => void host.kill('SIGKILL'));
    const processes = () => processesNaming(root);
    await ghostscriptConverts(processes);

    host.kill('SIGKILL');
    await once(host, 'exit');

    await vi.waitFor(async () => expect(await processes()).toEqual([]), { timeout: 20_000 });
  });
});

/** Another process that renders the endless document. */
function startHost(root: string, mode: 'warm' | 'cold'): ChildProcess {
  const source = `
    import { mkdir } from 'node:fs/promises';
    import { createScribusRenderer } from '@pubpipe/scribus-runner';
    const [inputDirectory, outputDirectory] = ${JSON.stringify([root, join(root, 'output')])};
    await mkdir(outputDirectory);
    const renderer = createScribusRenderer({ temporaryDirectory: inputDirectory, mode: '${mode}' });
    await renderer.render({ inputDirectory, document: 'document.sla', outputDirectory, renditions: [{ kind: 'pdf' }] });`;
  const args = ['--conditions=@pubpipe/source', '--input-type=module', '--eval', source];
  return spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: 'inherit' });
}
