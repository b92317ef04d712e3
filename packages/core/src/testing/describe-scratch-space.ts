import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import { type AssetName, parseAssetName } from '../ports/asset-name.ts';
import type { Scratch, ScratchSpace } from '../ports/scratch-space.ts';
import { collectBytes, deterministicBytes, inChunks, sha256Of, sha256OfContent } from './deterministic-content.ts';
import { WatchedSource } from './watched-source.ts';

const document = parseAssetName('document.sla');
const image = parseAssetName('images/höhe/logo.png');
const pdf = parseAssetName('pages/document.pdf');
const bytes = deterministicBytes(300_000);
const chunks = [bytes.subarray(0, 100_000), bytes.subarray(100_000)];
const reason = new Error('The customer has left.');
const hourMs = 3_600_000;

/** A scratch space, opened for one test. The files of a scratch are seen through the hooks, not by the suite itself. */
export interface OpenedScratchSpace {
  readonly space: ScratchSpace;
  /** The bytes of a file as the renderer would find it; undefined when there is none. */
  readonly readFile: (directory: string, name: string) => Promise<Uint8Array | undefined>;
  /** Writes a file, and the folders of its name, as the renderer would. */
  readonly writeFile: (directory: string, name: string, content: Uint8Array) => Promise<void>;
  /** Leaves behind what a process does that was killed with an open scratch, `ageMs` ago. */
  readonly leaveAbandoned: (ageMs: number) => Promise<void>;
  /** Removes everything. */
  readonly close: () => Promise<void>;
}

/** Registers the tests that every {@link ScratchSpace} passes, one for each promise of the port. */
export function describeScratchSpace(name: string, open: () => Promise<OpenedScratchSpace>): void {
  describe(`${name} keeps the promises of a scratch space`, () => {
    let opened: OpenedScratchSpace;
    let scratch: Scratch;
    beforeEach(async () => {
      opened = await open();
      scratch = await opened.space.open();
    });
    afterEach(async () => {
      await scratch.close();
      await opened.close();
    });

    const inputDigest = async (file: string): Promise<string | undefined> => {
      const found = await opened.readFile(scratch.inputDirectory, file);
      return found === undefined ? undefined : sha256Of(found);
    };

    it('gives each attempt directories that nobody else uses', async () => {
      const scratches = await Promise.all(Array.from({ length: 5 }, () => opened.space.open()));

      const directories = scratches.flatMap(({ inputDirectory, outputDirectory }) => [inputDirectory, outputDirectory]);

      expect(new Set(directories).size).toBe(10);
      for (const other of scratches) await other.close();
    });

    it('writes a file into the input directory, creating the folders of its name', async () => {
      for (const file of [document, image]) {
        await scratch.writeInput(file, inChunks(bytes, 70_000));
        expect(await inputDigest(file)).toBe(sha256Of(bytes));
      }
    });

    it.each([
      { taken: 'a/b', refused: 'a/b' },
      { taken: 'a/b', refused: 'a' },
      { taken: 'a', refused: 'a/b/c' },
    ])('refuses $refused when $taken is taken', async ({ taken, refused }) => {
      await scratch.writeInput(parseAssetName(taken), inChunks(bytes));

      await expect(scratch.writeInput(parseAssetName(refused), inChunks(bytes))).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });

      expect(await inputDigest(taken)).toBe(sha256Of(bytes));
    });

    it('lets exactly one of those who write the same name at once have it', async () => {
      const writes = [1, 2, 3, 4].map((seed) => scratch.writeInput(image, inChunks(deterministicBytes(1_000, seed))));

      const outcomes = await Promise.allSettled(writes);

      const won = outcomes.findIndex(({ status }) => status === 'fulfilled');
      expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject(
        Array.from({ length: 3 }, () => ({ reason: { code: 'INVALID_INPUT' } })),
      );
      expect(await inputDigest(image)).toBe(sha256Of(deterministicBytes(1_000, won + 1)));
    });

    it.each(['', '/etc/passwd', '../outside', 'a/../../outside', 'a\\b', 'a\0', 7])(
      'refuses the name %j',
      async (text) => {
        const bad = text as AssetName;

        await expect(scratch.writeInput(bad, inChunks(bytes))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
        await expect(collectBytes(scratch.readOutput(bad))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      },
    );

    it('cancels a write by its signal, also when the source stalls, and the name is free again', async () => {
      const controller = new AbortController();
      const source = new WatchedSource({ chunks, end: { kind: 'stalls' } });
      const write = scratch.writeInput(document, source, { signal: controller.signal });
      await source.stalled;
      controller.abort(reason);

      await expect(write).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });

      expect(source.wasEnded).toBe(true);
      await scratch.writeInput(document, inChunks(bytes));
      expect(await inputDigest(document)).toBe(sha256Of(bytes));
    });

    it('writes nothing when its signal was aborted before', async () => {
      const source = new WatchedSource({ chunks });
      const options = { signal: AbortSignal.abort(reason) };

      await expect(scratch.writeInput(document, source, options)).rejects.toMatchObject({ code: 'CANCELLED' });

      expect(source.pulls).toBe(0);
      expect(await inputDigest(document)).toBeUndefined();
    });

    it('says when a source fails, and the name is free again', async () => {
      const error = new Error('The line is dead.');
      const ownError = new PubpipeError('STORE_UNAVAILABLE', 'The store is away.');
      const failing = (thrown: Error): WatchedSource =>
        new WatchedSource({ chunks, end: { kind: 'fails', error: thrown } });

      await expect(scratch.writeInput(image, failing(error))).rejects.toMatchObject({ code: 'INTERNAL', cause: error });
      await expect(scratch.writeInput(image, failing(ownError))).rejects.toBe(ownError);

      await scratch.writeInput(image, inChunks(bytes));
      expect(await inputDigest(image)).toBe(sha256Of(bytes));
    });

    it.each([0, 1, 300_000])(
      'reads a file of %i bytes from the output directory, as often as it is asked',
      async (size) => {
        const content = deterministicBytes(size);
        await opened.writeFile(scratch.outputDirectory, pdf, content);

        expect(await sha256OfContent(scratch.readOutput(pdf))).toBe(sha256Of(content));
        expect(await sha256OfContent(scratch.readOutput(pdf))).toBe(sha256Of(content));
      },
    );

    it('says when the output directory has no such file', async () => {
      await opened.writeFile(scratch.outputDirectory, pdf, bytes);

      for (const missing of ['missing', 'pages', 'pages/missing', `${pdf}/below`]) {
        await expect(collectBytes(scratch.readOutput(parseAssetName(missing)))).rejects.toMatchObject({
          code: 'OUTPUT_MISMATCH',
        });
      }
    });

    it('removes both directories and all they hold when it is closed, and can be closed again', async () => {
      await scratch.writeInput(image, inChunks(bytes));
      await opened.writeFile(scratch.outputDirectory, pdf, bytes);

      await Promise.all([scratch.close(), scratch.close()]);
      await scratch.close();

      expect(await inputDigest(image)).toBeUndefined();
      expect(await opened.readFile(scratch.outputDirectory, pdf)).toBeUndefined();
      await expect(scratch.writeInput(document, inChunks(bytes))).rejects.toMatchObject({ code: 'CLOSED' });
      await expect(collectBytes(scratch.readOutput(pdf))).rejects.toMatchObject({ code: 'CLOSED' });
    });

    it('ends reads and writes under way when it is closed', async () => {
      await opened.writeFile(scratch.outputDirectory, pdf, bytes);
      const read = scratch.readOutput(pdf)[Symbol.asyncIterator]();
      await read.next();
      const source = new WatchedSource({ chunks, end: { kind: 'stalls' } });
      const write = Promise.allSettled([scratch.writeInput(document, source)]);
      await source.stalled;

      await scratch.close();

      expect(await write).toMatchObject([{ reason: { code: 'CLOSED' } }]);
      await expect(read.next()).rejects.toMatchObject({ code: 'CLOSED' });
    });

    it('discards the directories of killed processes that are old enough, and none that this process has open', async () => {
      await scratch.writeInput(document, inChunks(bytes));
      for (const ageMs of [2 * hourMs, 2 * hourMs, 0]) await opened.leaveAbandoned(ageMs);

      expect(await opened.space.discardAbandoned({ olderThanMs: hourMs })).toBe(2);
      expect(await opened.space.discardAbandoned({ olderThanMs: hourMs })).toBe(0);

      expect(await inputDigest(document)).toBe(sha256Of(bytes));
    });

    it.each([-1, Number.NaN, undefined as never])('refuses to discard by the age %j', async (olderThanMs) => {
      await expect(opened.space.discardAbandoned({ olderThanMs })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });
  });
}
