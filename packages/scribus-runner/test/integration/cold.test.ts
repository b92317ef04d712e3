import process from 'node:process';
import { expect, it } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { ghostscriptConverts, openRendererForTest, type RendererUnderTest } from './open-renderer.ts';
import { processesOf } from './renderer-processes.ts';

// Where Landlock restricts only the calling thread, a process of several is refused.
const cold = { mode: 'cold', sandbox: 'required' } as const;

/** The process that renders, which waits for Ghostscript, and the one that it was forked from. */
async function processesOfJob({ temporaryDirectory }: RendererUnderTest): Promise<Record<'parent' | 'child', number>> {
  const all = await processesOf(temporaryDirectory);
  const parentOf = (id: number | undefined) => all.find((other) => other.id === id)?.parentId as number;
  const child = parentOf(all.find(({ command }) => command.includes('gs '))?.id);
  return { child, parent: parentOf(child) };
}

it('renders in a process that the sandbox covers whole', async () => {
  const opened = await openRendererForTest(cold);

  await expect(opened.render(documents.sound)).resolves.toMatchObject({ result: { pageCount: 3 } });

  expect(await opened.processes()).toEqual([]);
});

it('tells which signal the document killed Scribus with', async () => {
  const opened = await openRendererForTest(cold);

  await expect(opened.render(documents.crashing)).rejects.toMatchObject({
    code: 'RENDERER_CRASHED',
    details: { signal: 'SIGSEGV', stage: 'opening' },
  });
});

it.each([
  { which: 'child', signal: 'SIGKILL', error: { code: 'RENDERER_CRASHED', details: { signal: 'SIGKILL' } } },
  { which: 'child', signal: 'SIGXCPU', error: { code: 'RENDER_LIMIT', details: { limit: 'cpuSeconds' } } },
  { which: 'child', signal: 'SIGXFSZ', error: { code: 'RENDER_LIMIT', details: { limit: 'outputBytes' } } },
  { which: 'parent', signal: 'SIGKILL', error: { code: 'RENDERER_CRASHED', details: { signal: 'SIGKILL' } } },
] as const)('leaves nothing, and says why, when its $which dies of $signal', async ({ which, signal, error }) => {
  const opened = await openRendererForTest(cold);
  const outcome = Promise.allSettled([opened.render(documents.endless)]);
  await ghostscriptConverts(opened.processes);

  process.kill((await processesOfJob(opened))[which], signal);

  expect(await outcome).toMatchObject([{ reason: error }]);
  expect(await opened.processes()).toEqual([]);
  expect(await opened.temporaryFiles()).toEqual([]);
});
