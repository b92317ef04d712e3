import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import type { RenderControls, Renderer, RenderRequest, RenderResult, Scratch, ScratchSpace } from '@pubpipe/core';
import type { RenderableDocument } from '@pubpipe/core/testing';
import { createScribusRenderer, type ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { expect, onTestFinished, vi } from 'vitest';
import { processesOf, type RendererProcess } from './renderer-processes.ts';

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
  /** Absolute path of the directory in which jobs and warm processes get their directories. */
  readonly temporaryDirectory: string;
  /** Names in the directory in which jobs get their HOME and TMPDIR, but for that of the warm Scribus. */
  readonly temporaryFiles: () => Promise<readonly string[]>;
  /** Command lines of the jobs' processes: Scribus and whatever it started, but for the warm one. */
  readonly processes: () => Promise<readonly string[]>;
  /** Numbers of the processes that were forked from a warm one and wait for a job. */
  readonly forkedAhead: () => Promise<readonly number[]>;
  /** Numbers of the warm processes. */
  readonly servers: () => Promise<readonly number[]>;
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
  const { temporaryDirectory = join(root, 'jobs') } = options;
  await mkdir(join(root, 'jobs'));
  const scratchSpace = createFsScratchSpace({ directory: join(root, 'scratch') });
  const renderer = createScribusRenderer({ slots: 2, ...options, temporaryDirectory });
  const warmProcesses = async () => {
    const found = (await processesOf(temporaryDirectory)).filter(({ warm }) => warm);
    const isServer = ({ parentId }: RendererProcess) => found.every(({ id }) => id !== parentId);
    return { servers: found.filter(isServer), forkedAhead: found.filter((process) => !isServer(process)) };
  };
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
    temporaryFiles: async () =>
      (await readdir(temporaryDirectory)).filter((name) => !name.startsWith('pubpipe-scribus-')),
    processes: async () =>
      (await processesOf(temporaryDirectory)).filter(({ warm }) => !warm).map(({ command }) => command),
    servers: async () => (await warmProcesses()).servers.map(({ id }) => id),
    forkedAhead: async () => (await warmProcesses()).forkedAhead.map(({ id }) => id),
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

/** Command lines of the living processes that belong to a directory of renderers. */
export async function processesNaming(directory: string): Promise<readonly string[]> {
  return (await processesOf(directory)).map(({ command }) => command);
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
