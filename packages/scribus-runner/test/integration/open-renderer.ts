import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import type { RenderControls, Renderer, RenderRequest, RenderResult, Scratch, ScratchSpace } from '@pubpipe/core';
import type { RenderableDocument } from '@pubpipe/core/testing';
import { createScribusRenderer, type ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { expect, onTestFinished, vi } from 'vitest';

/** A renderer on the installed Scribus, with directories of its own that can be looked into. */
export interface RendererUnderTest {
  readonly renderer: Renderer;
  readonly scratchSpace: ScratchSpace;
  /** Writes a document into a new scratch and renders it, as PDF unless `request` says otherwise. */
  readonly render: (
    document: RenderableDocument,
    request?: Partial<RenderRequest>,
    controls?: RenderControls,
  ) => Promise<RenderedScratch>;
  /** The directory in which jobs get their HOME and TMPDIR. */
  readonly temporaryDirectory: string;
  /** Names in that directory. */
  readonly temporaryFiles: () => Promise<readonly string[]>;
  /** Command lines of the processes whose environment names it: Scribus and whatever it started. */
  readonly processes: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** A render that has ended well. */
interface RenderedScratch {
  readonly scratch: Scratch;
  readonly result: RenderResult;
}

/** Opens a renderer; the caller closes it. */
export async function openRenderer(options: ScribusRendererOptions = {}): Promise<RendererUnderTest> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'scribus-runner-test-')));
  const temporaryDirectory = join(root, 'jobs');
  await mkdir(temporaryDirectory);
  const scratchSpace = createFsScratchSpace({ directory: join(root, 'scratch') });
  const renderer = createScribusRenderer({ temporaryDirectory, slots: 2, ...options });
  return {
    renderer,
    scratchSpace,
    temporaryDirectory,
    async render(document, request = {}, controls = {}) {
      const scratch = await scratchSpace.open();
      onTestFinished(() => scratch.close());
      for (const { name, content } of document.files) await scratch.writeInput(name, asIterable(content));
      const { inputDirectory, outputDirectory } = scratch;
      const result = await renderer.render(
        { inputDirectory, outputDirectory, document: document.name, renditions: [{ kind: 'pdf' }], ...request },
        controls,
      );
      return { scratch, result };
    },
    temporaryFiles: () => readdir(temporaryDirectory),
    processes: () => processesNaming(temporaryDirectory),
    close: async () => {
      await renderer.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Opens a renderer that is closed when the running test ends. */
export async function openRendererForTest(options: ScribusRendererOptions = {}): Promise<RendererUnderTest> {
  const opened = await openRenderer(options);
  onTestFinished(() => opened.close());
  return opened;
}

/** Command lines of the living processes whose environment holds `text`. */
export async function processesNaming(text: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = (id: string, file: string) => readFile(`/proc/${id}/${file}`, 'utf8').catch(() => '');
  const lines = await Promise.all(
    ids.map(async (id) => ((await read(id, 'environ')).includes(text) ? read(id, 'cmdline') : '')),
  );
  return lines.filter((line) => line !== '').map((line) => line.replaceAll('\0', ' ').trim());
}

/** Resolves when Ghostscript converts an image, in the middle of a render: Scribus' start asks it for its version only. */
export const ghostscriptConverts = (processes: () => Promise<readonly string[]>): Promise<void> =>
  vi.waitFor(async () => expect(await processes()).toContainEqual(expect.stringMatching(/gs .*-sOutputFile/)), {
    timeout: 20_000,
    interval: 20,
  });

async function* asIterable(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
