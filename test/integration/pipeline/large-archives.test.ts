import {
  type ArtifactContent,
  type ArtifactStore,
  type JobFile,
  type JobFileEntry,
  type JobStore,
  PubpipeError,
} from '@pubpipe/core';
import { describe, expect, test } from 'vitest';
import { openTestPipeline } from '../support/open-test-pipeline.ts';
import { readZip } from '../support/read-zip.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

/** A pipeline whose batch has files that nobody had to make: their rows are counted out, their content is what the test says. */
async function openWithFiles(sizes: readonly number[], contentOf: ArtifactStore['get'], signal?: AbortSignal) {
  const entries = sizes.map(toEntry);
  const renderer = createScriptedRenderer(async () => {});
  const { pipeline } = await openTestPipeline({
    renderer,
    startWorker: false,
    aroundJobStore: (store): JobStore => ({
      ...store,
      async jobFiles(_, { limit, after }) {
        const begin = after === undefined ? 0 : Number(after.file?.record) + 1;
        return entries.slice(begin, begin + limit);
      },
    }),
    aroundArtifactStore: (store) =>
      new Proxy(store, {
        get: (target, name) => (name === 'get' ? contentOf : Reflect.get(target, name).bind(target)),
      }),
  });
  return await pipeline.downloadBatch({ id: 'many' }, { signal });
}

function toEntry(byteSize: number, index: number): JobFileEntry {
  const artifact = {
    id: `${index}`,
    tenant: 'default',
    kind: 'rendition',
    state: 'ready',
    storageKey: `key-${index}`,
    fileName: 'a.pdf',
    mediaType: 'application/pdf',
    byteSize,
    sha256: 'ab'.repeat(32),
    createdAt: 1_780_000_000_000,
  } as JobFile['artifact'];
  const job = { id: 'job', type: 'merge', status: 'completed' } as const;
  return { job, file: { role: 'record', name: `${index}.pdf`, record: index, artifact } };
}

const zeros = new Uint8Array(1_048_576);

/** So many zeros. */
function zerosOf(byteSize: number): ArtifactContent {
  async function* body() {
    for (let left = byteSize; left > 0; left -= zeros.length) yield zeros.subarray(0, Math.min(left, zeros.length));
  }
  return { byteSize, contentLength: byteSize, body: body() };
}

const count = (from: number, length: number) => Array.from({ length }, () => from);

describe('an archive', () => {
  test('may have more than 65,535 files', { timeout: 60_000 }, async () => {
    const { body } = await openWithFiles(count(1, 66_000), async () => zerosOf(1));
    const files = await readZip(body, { unpacks: (name) => ['many/x', 'job/65999.pdf', 'job/0.pdf'].includes(name) });
    expect(files).toHaveLength(66_001);
    expect(files[65_999]).toEqual({ name: 'job/65999.pdf', byteSize: 1, content: Buffer.alloc(1) });
  });

  test('may have a file of more than 4 GiB, and others behind it', { timeout: 60_000 }, async () => {
    const large = 2 ** 32 + 5;
    const sizes = [3, large, 1_000_000];
    const { body } = await openWithFiles(sizes, async (key) => zerosOf(sizes[Number(key.slice(4))] ?? 0));
    const files = await readZip(body, { unpacks: (name) => name !== 'job/1.pdf' });
    expect(files.map(({ name, byteSize, content }) => [name, byteSize, content?.byteLength]).slice(0, 3)).toEqual([
      ['job/0.pdf', 3, 3],
      ['job/1.pdf', large, undefined],
      ['job/2.pdf', 1_000_000, 1_000_000],
    ]);
  });

  test('reads no more than a few files ahead of who takes it', async () => {
    const size = 100_000;
    let begun = 0;
    let taken = 0;
    let mostAhead = 0;
    const { body } = await openWithFiles(count(size, 5_000), async () => {
      begun += 1;
      mostAhead = Math.max(mostAhead, begun - taken / size);
      return zerosOf(size);
    });
    for await (const chunk of body) taken += chunk.byteLength;
    expect([begun, taken > 5_000 * size]).toEqual([5_000, true]);
    expect(mostAhead).toBeLessThan(20);
  });

  test('lets go of the file that it is in when it is left', async () => {
    const { promise: left, resolve } = Promise.withResolvers<void>();
    let begun = 0;
    const { body } = await openWithFiles(count(2 ** 40, 3), async () => {
      begun += 1;
      return {
        ...zerosOf(0),
        body: (async function* () {
          try {
            for (;;) yield zeros;
          } finally {
            resolve();
          }
        })(),
      };
    });
    let chunks = 0;
    for await (const _ of body) {
      chunks += 1;
      if (chunks === 10) break;
    }
    await left;
    expect(begun).toBe(1);
  });

  test('does not wait for a store that hangs when it is aborted', async () => {
    const abort = new AbortController();
    const hanging: ArtifactStore['get'] = async (_, { signal } = {}) => {
      abort.abort(new PubpipeError('CANCELLED', 'The client is gone.'));
      return await new Promise((_resolve, reject) => {
        if (signal?.aborted === true) reject(signal.reason);
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    };
    const { body } = await openWithFiles([1, 1, 1_000_000], hanging, abort.signal);
    await expect(body[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
