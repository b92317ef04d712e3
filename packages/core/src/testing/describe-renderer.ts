import { afterEach, beforeEach, describe, onTestFinished } from 'vitest';
import type { AssetName } from '../ports/asset-name.ts';
import type { Renderer, RenderRequest } from '../ports/renderer.ts';
import type { Scratch, ScratchSpace } from '../ports/scratch-space.ts';
import { inChunks } from './deterministic-content.ts';
import { describeEnding } from './renderer/ending.ts';
import { describeRefusing } from './renderer/refusing.ts';
import { describeRendering } from './renderer/rendering.ts';

/** A document and the files beside it. */
export interface RenderableDocument {
  /** The document's own name among `files`. */
  readonly name: AssetName;
  readonly files: readonly { readonly name: AssetName; readonly content: Uint8Array }[];
}

/** The documents that the suite renders, in the format of the renderer. */
export interface RendererDocuments {
  /** Three pages of 209.764 × 297.638 pt (A7), not packed, rendered within seconds. */
  readonly sound: RenderableDocument;
  /** Like `sound`, but the image linked on page 1 is not there; `file` is how the document names it. */
  readonly missingImage: RenderableDocument & { readonly file: string };
  /** A file of the right name that is no document. */
  readonly unreadable: RenderableDocument;
  /** Opening it begins and never ends. */
  readonly endless: RenderableDocument;
  /** The program dies when it opens this one. */
  readonly crashing: RenderableDocument;
}

/** A renderer, opened for one test. */
export interface OpenedRenderer {
  /** With at least one place. */
  readonly renderer: Renderer;
  readonly scratchSpace: ScratchSpace;
  readonly documents: RendererDocuments;
  /** Closes the renderer, which a test may have done already, and removes what is left. */
  readonly close: () => Promise<void>;
}

/** A document that lies in a scratch, and the request to render it as PDF. */
export interface LaidDocument {
  readonly scratch: Scratch;
  readonly request: RenderRequest;
}

/** What each group of tests is given. */
export interface RendererSubject {
  /** The renderer of the running test. */
  readonly opened: () => OpenedRenderer;
  /** Writes a document into a scratch that is closed with the running test. */
  readonly lay: (document: RenderableDocument) => Promise<LaidDocument>;
}

/**
 * Registers the tests that every {@link Renderer} passes, one for each promise of the port.
 *
 * @example
 * ```ts
 * describeRenderer('MyRenderer', async () => {
 *   const renderer = createMyRenderer();
 *   return { renderer, scratchSpace, documents, close: () => renderer.close() };
 * });
 * ```
 */
export function describeRenderer(name: string, open: () => Promise<OpenedRenderer>): void {
  describe(`${name} keeps the promises of a renderer`, () => {
    let current: OpenedRenderer | undefined;
    beforeEach(async () => {
      current = await open();
    });
    afterEach(async () => {
      await current?.close();
      current = undefined;
    });
    const opened = (): OpenedRenderer => {
      if (current === undefined) throw new Error('A renderer is open only while a test runs.');
      return current;
    };
    const lay = async ({ name: document, files }: RenderableDocument): Promise<LaidDocument> => {
      const scratch = await opened().scratchSpace.open();
      onTestFinished(() => scratch.close());
      for (const file of files) await scratch.writeInput(file.name, inChunks(file.content));
      const { inputDirectory, outputDirectory } = scratch;
      return { scratch, request: { inputDirectory, outputDirectory, document, renditions: [{ kind: 'pdf' }] } };
    };
    for (const describeGroup of [describeRendering, describeRefusing, describeEnding]) describeGroup({ opened, lay });
  });
}
