import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type AssetName, parseAssetName } from '../ports/asset-name.ts';
import type { PdfJoiner } from '../ports/pdf-joiner.ts';
import type { ScratchSpace } from '../ports/scratch-space.ts';
import { collectBytes, inChunks } from './deterministic-content.ts';
import { smallPdf } from './pdf-joiner/small-pdf.ts';

/** A PDF as another program than the joiner reads it. */
export interface InspectedPdf {
  /** Left, bottom, right and top edge of each page, in points. */
  readonly pages: readonly { readonly mediaBox: readonly number[]; readonly trimBox: readonly number[] }[];
  readonly bookmarks: readonly { readonly title: string; readonly page: number }[];
}

/** A joiner, opened for one test. */
export interface OpenedPdfJoiner {
  readonly joiner: PdfJoiner;
  readonly scratchSpace: ScratchSpace;
  /** Reads a PDF by its path. */
  readonly inspect: (path: string) => Promise<InspectedPdf>;
  /** Names in a directory. */
  readonly list: (directory: string) => Promise<readonly string[]>;
  /** Removes what is left. */
  readonly close: () => Promise<void>;
}

const reason = new Error('The customer has left.');
const card = [{ widthPt: 241, heightPt: 156, bleedPt: 9 }];
const booklet = [
  { widthPt: 210, heightPt: 297 },
  { widthPt: 297, heightPt: 210 },
];
const joined = parseAssetName('joined.pdf');

/**
 * Registers the tests that every {@link PdfJoiner} passes, one for each promise of the port.
 *
 * @example
 * ```ts
 * import { readdir } from 'node:fs/promises';
 *
 * describePdfJoiner('MyJoiner', async () => ({
 *   joiner: createMyJoiner(),
 *   scratchSpace,
 *   inspect: readWithAnotherProgram,
 *   list: (directory) => readdir(directory),
 *   close: async () => {},
 * }));
 * ```
 */
export function describePdfJoiner(name: string, open: () => Promise<OpenedPdfJoiner>): void {
  describe(`${name} keeps the promises of a joiner of PDFs`, () => {
    let current: OpenedPdfJoiner | undefined;
    beforeEach(async () => {
      current = await open();
    });
    afterEach(async () => {
      await current?.close();
      current = undefined;
    });
    const scene = async () => {
      if (current === undefined) throw new Error('A joiner is open only while a test runs.');
      const { joiner, scratchSpace, inspect, list } = current;
      const scratch = await scratchSpace.open();
      onTestFinished(() => scratch.close());
      const { inputDirectory, outputDirectory } = scratch;
      let count = 0;
      return {
        joiner,
        output: `${outputDirectory}/${joined}`,
        /** Lays down a part and returns its path. */
        lay: async (content: Uint8Array): Promise<string> => {
          count += 1;
          const part: AssetName = parseAssetName(`part ${count}.pdf`);
          await scratch.writeInput(part, inChunks(content));
          return `${inputDirectory}/${part}`;
        },
        inspect: () => inspect(`${outputDirectory}/${joined}`),
        read: () => collectBytes(scratch.readOutput(joined)),
        outputs: () => list(outputDirectory),
      };
    };

    it('has the pages of all parts, in their order and with their boxes', async () => {
      const { joiner, lay, output, inspect, read } = await scene();
      const parts = [{ path: await lay(smallPdf(card)) }, { path: await lay(smallPdf(booklet)) }];

      const result = await joiner.join({ parts, output });

      expect(result).toEqual({ pageCount: 3, byteSize: (await read()).length });
      expect(await inspect()).toEqual({
        pages: [
          { mediaBox: [0, 0, 259, 174], trimBox: [9, 9, 250, 165] },
          { mediaBox: [0, 0, 210, 297], trimBox: [0, 0, 210, 297] },
          { mediaBox: [0, 0, 297, 210], trimBox: [0, 0, 297, 210] },
        ],
        bookmarks: [],
      });
    });

    it('gives a part that has a title a bookmark', async () => {
      const { joiner, lay, output, inspect } = await scene();
      const [first, second] = [await lay(smallPdf(booklet)), await lay(smallPdf(card))];
      const parts = async function* () {
        yield { path: first, title: 'Zoë (1) 日本' };
        yield { path: first };
        yield { path: second, title: 'Bert' };
      };

      await joiner.join({ parts: parts(), output });

      expect((await inspect()).bookmarks).toEqual([
        { title: 'Zoë (1) 日本', page: 1 },
        { title: 'Bert', page: 5 },
      ]);
    });

    it('has what several parts have in common once', async () => {
      const { joiner, lay, output } = await scene();
      const parts = [{ path: await lay(smallPdf(card)) }, { path: await lay(smallPdf(booklet)) }];

      const { byteSize } = await joiner.join({ parts, output });

      expect(byteSize).toBeLessThan(smallPdf(card).length * 1.2);
    });

    it('gives the same bytes for the same parts', async () => {
      const one = await scene();
      const other = await scene();
      for (const { joiner, lay, output } of [one, other]) {
        const parts = [{ path: await lay(smallPdf(card)), title: 'a' }, { path: await lay(smallPdf(booklet)) }];
        await joiner.join({ parts, output, title: 'All' });
      }

      expect(Buffer.compare(await one.read(), await other.read())).toBe(0);
    });

    it('joins several at once', async () => {
      const scenes = await Promise.all([scene(), scene(), scene()]);
      const joins = scenes.map(async ({ joiner, lay, output }) => {
        const path = await lay(smallPdf(booklet));
        return await joiner.join({ parts: [{ path }, { path }], output });
      });

      expect((await Promise.all(joins)).map(({ pageCount }) => pageCount)).toEqual([4, 4, 4]);
    });

    it('refuses to join nothing', async () => {
      const { joiner, output, outputs } = await scene();

      await expect(joiner.join({ parts: [], output })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await outputs()).toEqual([]);
    });

    const encrypt = '/Encrypt << /Filter /Standard /V 1 /R 2 /O <00> /U <00> /P -4 >>';
    it.each([
      ['cut off', smallPdf(card).subarray(0, -200)],
      ['empty', new Uint8Array()],
      ['no PDF', new TextEncoder().encode('This was a PDF once.')],
      ['encrypted', smallPdf(card, encrypt)],
    ])('refuses a part that is %s, and leaves no file', async (_, content) => {
      const { joiner, lay, output, outputs } = await scene();
      const parts = [{ path: await lay(smallPdf(card)) }, { path: await lay(content) }];

      await expect(joiner.join({ parts, output })).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
      expect(await outputs()).toEqual([]);
    });

    it('refuses a part that is not there', async () => {
      const { joiner, lay, output, outputs } = await scene();
      const path = await lay(smallPdf(card));

      const join = joiner.join({ parts: [{ path }, { path: `${path}.other` }], output });

      await expect(join).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
      expect(await outputs()).toEqual([]);
    });

    it('refuses to write where something is, or where nothing can be', async () => {
      const { joiner, lay, output, read } = await scene();
      const parts = [{ path: await lay(smallPdf(card)) }];
      await joiner.join({ parts, output });
      const before = await read();

      for (const place of [output, `${output}/below.pdf`, `${output}.folder/joined.pdf`]) {
        await expect(joiner.join({ parts: [...parts, ...parts], output: place })).rejects.toMatchObject({
          code: 'OUTPUT_UNWRITABLE',
        });
      }
      expect(Buffer.compare(await read(), before)).toBe(0);
    });

    it('passes on what goes wrong with the list of parts', async () => {
      const { joiner, lay, output, outputs } = await scene();
      const path = await lay(smallPdf(card));
      const parts = async function* () {
        yield { path };
        throw reason;
      };

      await expect(joiner.join({ parts: parts(), output })).rejects.toBe(reason);
      expect(await outputs()).toEqual([]);
    });

    it('is cancelled before it begins', async () => {
      const { joiner, lay, output, outputs } = await scene();
      const parts = [{ path: await lay(smallPdf(card)) }];

      const join = joiner.join({ parts, output }, { signal: AbortSignal.abort(reason) });

      await expect(join).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(await outputs()).toEqual([]);
    });

    it('is cancelled midway, and leaves no file', async () => {
      const { joiner, lay, output, outputs } = await scene();
      const controller = new AbortController();
      const path = await lay(smallPdf(card));
      const parts = async function* () {
        yield { path };
        controller.abort(reason);
        yield { path };
      };

      const join = joiner.join({ parts: parts(), output }, { signal: controller.signal });

      await expect(join).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(await outputs()).toEqual([]);
    });

    it('waits for no part any more once it is cancelled', async () => {
      const { joiner, lay, output, outputs } = await scene();
      const controller = new AbortController();
      const path = await lay(smallPdf(card));
      const never = Promise.withResolvers<void>();
      const parts = async function* () {
        yield { path };
        controller.abort(reason);
        await never.promise;
      };

      const join = joiner.join({ parts: parts(), output }, { signal: controller.signal });

      await expect(join).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(await outputs()).toEqual([]);
    });
  });
}
