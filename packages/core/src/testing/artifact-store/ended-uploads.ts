import { beforeEach, describe, expect, it } from 'vitest';
import { PubpipeError } from '../../errors/pubpipe-error.ts';
import { parseArtifactKey } from '../../ports/artifact-key.ts';
import type { PutOptions } from '../../ports/artifact-store.ts';
import type { ArtifactStoreSubject } from '../describe-artifact-store.ts';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent } from '../deterministic-content.ts';
import { WatchedSource } from '../watched-source.ts';

const heldKey = parseArtifactKey('held');
const freeKey = parseArtifactKey('free');
const held = deterministicBytes(100_000, 7);
const chunks = Array.from({ length: 10 }, (_, index) => deterministicBytes(50_000, index + 1));
const bytes = new Uint8Array(Buffer.concat(chunks));

interface EndedUpload {
  readonly ends: string;
  /** A new source each time, and the options that go with it. */
  readonly begin: () => { readonly source: WatchedSource; readonly options?: PutOptions };
  readonly rejection: Readonly<Record<string, unknown>>;
}

const reason = new Error('The customer has left.');
const ownError = new PubpipeError('DOCUMENT_TRUNCATED', 'The document is cut.');
const sourceError = new Error('The line is dead.');

function abortedAtPull(pull: number): EndedUpload['begin'] {
  return () => {
    const controller = new AbortController();
    const onPull = (current: number): void => {
      if (current === pull) controller.abort(reason);
    };
    return { source: new WatchedSource({ chunks, onPull }), options: { signal: controller.signal } };
  };
}

function expecting(expected: PutOptions['expected']): EndedUpload['begin'] {
  return () => ({ source: new WatchedSource({ chunks }), options: { expected } });
}

const cancelled = { code: 'CANCELLED', cause: reason };
const mismatch = { code: 'CONTENT_MISMATCH' };

const endedUploads: readonly EndedUpload[] = [
  { ends: 'is aborted at its first chunk', begin: abortedAtPull(1), rejection: cancelled },
  { ends: 'is aborted midway', begin: abortedAtPull(5), rejection: cancelled },
  { ends: 'is aborted at its end', begin: abortedAtPull(chunks.length + 1), rejection: cancelled },
  { ends: 'is longer than expected', begin: expecting({ byteSize: bytes.byteLength - 1 }), rejection: mismatch },
  { ends: 'is shorter than expected', begin: expecting({ byteSize: bytes.byteLength + 1 }), rejection: mismatch },
  { ends: 'has another digest than expected', begin: expecting({ sha256: sha256Of(held) }), rejection: mismatch },
  {
    ends: 'has a source that fails',
    begin: () => ({ source: new WatchedSource({ chunks, end: { kind: 'fails', error: sourceError } }) }),
    rejection: { code: 'INTERNAL', cause: sourceError },
  },
  {
    ends: 'has a source that yields text',
    begin: () => ({ source: new WatchedSource({ chunks: [bytes, 'text' as never] }) }),
    rejection: { code: 'INVALID_INPUT' },
  },
];

/** Tests of uploads that end without success. */
export function describeEndedUploads({ opened }: ArtifactStoreSubject): void {
  describe('an upload that ends early', () => {
    beforeEach(async () => {
      await opened().store.put(heldKey, inChunks(held));
    });

    const expectAsBefore = async (): Promise<void> => {
      const { store } = opened();
      expect(await sha256OfContent((await store.get(heldKey)).body)).toBe(sha256Of(held));
      await expect(store.get(freeKey)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
      expect((await Array.fromAsync(store.list())).map(({ key }) => key)).toEqual([heldKey]);
    };

    it.each(endedUploads)('leaves the key as it was when it $ends', async ({ begin, rejection }) => {
      const { store } = opened();
      for (const key of [heldKey, freeKey]) {
        const { source, options } = begin();
        await expect(store.put(key, source, options)).rejects.toMatchObject(rejection);

        const pullsWhenSettled = source.pulls;
        await expectAsBefore();
        expect(source.pulls).toBe(pullsWhenSettled);
      }
    });

    it('pulls nothing when its signal was aborted before', async () => {
      const source = new WatchedSource({ chunks });
      const options = { signal: AbortSignal.abort(reason) };

      await expect(opened().store.put(heldKey, source, options)).rejects.toMatchObject(cancelled);

      expect(source.pulls).toBe(0);
      await expectAsBefore();
    });

    it('is ended by its signal when the source stalls', async () => {
      const controller = new AbortController();
      const source = new WatchedSource({ chunks, end: { kind: 'stalls' } });
      const put = opened().store.put(heldKey, source, { signal: controller.signal });
      await source.stalled;
      controller.abort(reason);

      await expect(put).rejects.toMatchObject(cancelled);

      expect(source.wasEnded).toBe(true);
      await expectAsBefore();
    });

    it('ends its source', async () => {
      const source = new WatchedSource({ chunks });
      const options = { expected: { byteSize: 1 } };

      await expect(opened().store.put(freeKey, source, options)).rejects.toMatchObject(mismatch);

      expect(source).toMatchObject({ wasEnded: true });
      expect(source.pulls).toBeLessThanOrEqual(chunks.length);
    });

    it('passes on a PubpipeError of its source as it is', async () => {
      const source = new WatchedSource({ chunks, end: { kind: 'fails', error: ownError } });

      await expect(opened().store.put(freeKey, source)).rejects.toBe(ownError);
    });

    it.each([{ byteSize: -1 }, { byteSize: 1.5 }, { sha256: 'abc' }, { sha256: sha256Of(held).toUpperCase() }])(
      'is refused before its first chunk when %j can’t be expected of any content',
      async (expected) => {
        const source = new WatchedSource({ chunks });

        await expect(opened().store.put(freeKey, source, { expected })).rejects.toMatchObject({
          code: 'INVALID_INPUT',
        });

        expect(source.pulls).toBe(0);
      },
    );

    it.each([undefined, null, 'text', bytes])('is refused when its content is no async iterable', async (content) => {
      await expect(opened().store.put(freeKey, content as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });
  });
}
