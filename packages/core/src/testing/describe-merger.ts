import { afterEach, beforeEach, describe, onTestFinished } from 'vitest';
import { parseAssetName } from '../ports/asset-name.ts';
import type { MergeControls, MergedDocument, MergeRequest, Merger, PreparedMerge } from '../ports/merger.ts';
import type { ScratchSpace } from '../ports/scratch-space.ts';
import type { RenderableDocument } from './describe-renderer.ts';
import { inChunks } from './deterministic-content.ts';
import { describeDocuments } from './merger/documents.ts';
import { describeEndOfMerge } from './merger/ending.ts';
import { describePreparing } from './merger/preparing.ts';

/** The templates that the suite fills, in the format of the merger. Each is one page. */
export interface MergerTemplates {
  /** A document for each record: `name`, a comma and a space, and `city`, in one text of a few lines. */
  readonly card: RenderableDocument;
  /** The same three times, for three records. */
  readonly sheet: RenderableDocument;
  /** A file of the right name that is no document. */
  readonly unreadable: RenderableDocument;
}

/** A merger, opened for one test. */
export interface OpenedMerger {
  readonly merger: Merger;
  readonly scratchSpace: ScratchSpace;
  readonly templates: MergerTemplates;
  /** What stands for the value of a column, in templates and in the names of documents. */
  readonly variable: (column: string) => string;
  /** How many documents may be under way at once, those that are only checked any more included. */
  readonly places: number;
  /** The words of a PDF by its path, a space between them, as another program than the merger reads them. */
  readonly read: (path: string) => Promise<string>;
  /** Paths of the files below a directory, seen from there. */
  readonly list: (directory: string) => Promise<readonly string[]>;
  /** Closes what renders the documents. */
  readonly closeRenderer: () => Promise<void>;
  /** Removes what is left. */
  readonly close: () => Promise<void>;
}

/** What a test merges: rows of CSV under a header, into the card unless it says otherwise. */
export interface MergedRows extends Partial<Omit<MergeRequest, 'template' | 'data'>> {
  readonly rows: readonly string[];
  /** @defaultValue 'name,city' */
  readonly header?: string | undefined;
  readonly template?: keyof MergerTemplates | undefined;
}

/** A template and its data in a scratch. */
export interface MergerScene {
  readonly opened: OpenedMerger;
  readonly request: MergeRequest;
  readonly prepare: (controls?: { readonly signal?: AbortSignal }) => Promise<PreparedMerge>;
  /** Prepares, and renders everything; documents in the order of their records. */
  readonly merge: (controls?: MergeControls) => Promise<readonly MergedDocument[]>;
  /** Files in the input directory that were not put there, and in the output directory. */
  readonly left: () => Promise<readonly string[]>;
  /** The words of a document's PDF. */
  readonly wordsOf: (document: MergedDocument | undefined) => Promise<string>;
}

/** What each group of tests is given. */
export interface MergerSubject {
  readonly scene: (merged: MergedRows) => Promise<MergerScene>;
}

const data = parseAssetName('records');

/**
 * Registers the tests that every {@link Merger} passes, one for each promise of the port.
 *
 * @example
 * ```ts
 * describeMerger('MyMerger', async () => {
 *   const renderer = createMyRenderer();
 *   return {
 *     merger: createMyMerger(renderer),
 *     scratchSpace,
 *     templates,
 *     variable: (column) => `{{${column}}}`,
 *     places: renderer.slots,
 *     read: readWordsWithAnotherProgram,
 *     list: filesBelow,
 *     closeRenderer: () => renderer.close(),
 *     close: () => renderer.close(),
 *   };
 * });
 * ```
 */
export function describeMerger(name: string, open: () => Promise<OpenedMerger>): void {
  describe(`${name} keeps the promises of a merger`, () => {
    let current: OpenedMerger | undefined;
    beforeEach(async () => {
      current = await open();
    });
    afterEach(async () => {
      await current?.close();
      current = undefined;
    });
    const scene = async (merged: MergedRows): Promise<MergerScene> => {
      if (current === undefined) throw new Error('A merger is open only while a test runs.');
      return await openScene(current, merged);
    };
    for (const describeGroup of [describePreparing, describeDocuments, describeEndOfMerge]) describeGroup({ scene });
  });
}

async function openScene(
  opened: OpenedMerger,
  { rows, header = 'name,city', template = 'card', ...wanted }: MergedRows,
): Promise<MergerScene> {
  const { merger, scratchSpace, templates, list } = opened;
  const scratch = await scratchSpace.open();
  onTestFinished(() => scratch.close());
  const { name: document, files } = templates[template];
  for (const file of files) await scratch.writeInput(file.name, inChunks(file.content));
  const csv = [header, ...rows].map((row) => `${row}\n`).join('');
  await scratch.writeInput(data, inChunks(new TextEncoder().encode(csv)));
  const { inputDirectory, outputDirectory } = scratch;
  const laid = new Set(await list(inputDirectory));
  const request: MergeRequest = {
    inputDirectory,
    outputDirectory,
    template: document,
    data: { file: data, fileName: 'people.csv' },
    renditions: [{ kind: 'pdf' }],
    ...wanted,
  };
  const prepare: MergerScene['prepare'] = (controls) => merger.prepare(request, controls);
  return {
    opened,
    request,
    prepare,
    merge: async (controls) => {
      const documents = await Array.fromAsync((await prepare()).documents(controls));
      return documents.toSorted((one, other) => one.records.first - other.records.first);
    },
    left: async () => {
      const beside = (await list(inputDirectory)).filter((path) => !laid.has(path));
      return [...beside, ...(await list(outputDirectory))];
    },
    wordsOf: async (rendered) => {
      if (rendered?.status !== 'rendered') throw new Error('The document was not rendered.', { cause: rendered });
      const pdf = rendered.files.find(({ kind }) => kind === 'pdf');
      return await opened.read(`${outputDirectory}/${pdf?.name}`);
    },
  };
}
