import { describe, expect, it } from 'vitest';
import type { MergedDocument } from '../../ports/merger.ts';
import type { MergerScene, MergerSubject } from '../describe-merger.ts';

const reason = new Error('The customer has left.');
const rows = Array.from({ length: 12 }, (_, index) => `B${index},`);

/** Iterates over documents and does something with each; returns a list of them that grows meanwhile. */
function take(
  { prepare }: MergerScene,
  signal: AbortSignal | undefined,
  act: () => unknown,
): { readonly taken: readonly MergedDocument[]; readonly end: Promise<void> } {
  const taken: MergedDocument[] = [];
  const iterate = async () => {
    for await (const document of (await prepare()).documents({ signal })) {
      taken.push(document);
      await act();
    }
  };
  return { taken, end: iterate() };
}

/** Tests of merges that end, some before their records do. */
export function describeEndOfMerge({ scene }: MergerSubject): void {
  describe('the end of a merge', () => {
    it('leaves the files of documents that were handed over, until they are discarded, which may be twice', async () => {
      const { merge, left } = await scene({ rows: ['A,', 'B,'] });
      const [first, second] = await merge();
      if (first?.status !== 'rendered' || second?.status !== 'rendered') throw new Error('They were not rendered.');

      await first.discard();
      await first.discard();

      expect(await left()).toEqual(second.files.map(({ name }) => name));
    });

    it('leaves no render and no file when the iteration is left early', async () => {
      const { prepare, left } = await scene({ rows });

      for await (const document of (await prepare()).documents()) {
        if (document.status === 'rendered') await document.discard();
        break;
      }

      expect(await left()).toEqual([]);
    });

    it('is CANCELLED when the signal aborts, and leaves only what was handed over', async () => {
      const opened = await scene({ rows });
      const controller = new AbortController();

      const { taken, end } = take(opened, controller.signal, () => controller.abort(reason));

      await expect(end).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(taken.length).toBeLessThan(rows.length);
      for (const document of taken) if (document.status === 'rendered') await document.discard();
      expect(await opened.left()).toEqual([]);
    });

    it('is CANCELLED by a signal that was aborted before', async () => {
      const opened = await scene({ rows });

      const { end } = take(opened, AbortSignal.abort(reason), () => undefined);

      await expect(end).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(await opened.left()).toEqual([]);
    });

    it('is CLOSED when the renderer closes', async () => {
      const opened = await scene({ rows });

      const { end } = take(opened, undefined, () => opened.opened.closeRenderer());

      await expect(end).rejects.toMatchObject({ code: 'CLOSED' });
    });

    it('fails a document whose progress nobody can be told of, and no other', async () => {
      const { merge } = await scene({ rows: ['A,', 'B,'] });
      const error = new Error('The listener is broken.');

      const documents = await merge({
        onProgress: ({ first }) => {
          if (first === 1) throw error;
        },
      });

      expect(documents).toMatchObject([{ status: 'failed', error: { cause: error } }, { status: 'rendered' }]);
    });
  });
}
