import { readdir } from 'node:fs/promises';
import { parseArtifactKey } from '@pubpipe/core';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent, WatchedSource } from '@pubpipe/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partSizeBytes, useS3Bucket } from '../support/s3-bucket.ts';
import { makeTemporaryDirectory, removeTemporaryDirectory } from '../support/temporary-directory.ts';

const bucket = useS3Bucket();
const key = parseArtifactKey('document.pdf');
const bytes = deterministicBytes(partSizeBytes + 2);
const completing = { method: 'POST', path: 'uploadId=' };

describe('replay', () => {
  let spoolDirectory: string;
  beforeEach(async () => {
    spoolDirectory = await makeTemporaryDirectory();
  });
  afterEach(async () => {
    await removeTemporaryDirectory(spoolDirectory);
  });

  it("'spool' uploads again from a temporary file that has no name", async () => {
    const { proxy, client } = await bucket().openProxy();
    const store = bucket().openStore({ client, replay: 'spool', spoolDirectory, retryDelayMs: 1 });
    const planned = proxy.inject(completing, { kind: 'reset' });
    const files: (readonly string[])[] = [];
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield* inChunks(bytes);
      files.push(await readdir(spoolDirectory));
    };

    expect(await store.put(key, source())).toEqual({ key, byteSize: bytes.byteLength, sha256: sha256Of(bytes) });

    expect(planned.struck).toHaveLength(1);
    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
    expect(files).toEqual([[]]);
  });

  it("'spool' sends nothing of content that is not what was expected", async () => {
    const { proxy, client } = await bucket().openProxy();
    const store = bucket().openStore({ client, replay: 'spool', spoolDirectory });

    await expect(store.put(key, inChunks(bytes), { expected: { byteSize: 1 } })).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });

    expect(proxy.requests).toEqual([]);
  });

  it("'spool' rejects when the directory is missing, and leaves the source alone", async () => {
    const store = bucket().openStore({ replay: 'spool', spoolDirectory: `${spoolDirectory}/missing` });
    const source = new WatchedSource({ chunks: [bytes] });

    await expect(store.put(key, source)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { errno: 'ENOENT' },
    });

    expect(source.pulls).toBe(0);
  });

  it("'none' reads the source once and rejects", async () => {
    const { proxy, client } = await bucket().openProxy();
    const store = bucket().openStore({ client, retryDelayMs: 1 });
    const planned = proxy.inject(completing, { kind: 'reset' }, { times: 2 });

    await expect(store.put(key, inChunks(bytes))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    expect(planned.struck).toHaveLength(1);
  });
});
