import { parseArtifactKey } from '@pubpipe/core';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent, WatchedSource } from '@pubpipe/core/testing';
import { describe, expect, it } from 'vitest';
import { type HttpFault, isMatch, type RequestMatch } from '../../../../test/kit/http-fault.ts';
import type { HttpFaultProxy } from '../../../../test/kit/http-fault-proxy.ts';
import { partSizeBytes, useS3Bucket } from '../support/s3-bucket.ts';

const bucket = useS3Bucket();
const key = parseArtifactKey('jobs/1/document.pdf');
const older = deterministicBytes(1_000, 7);
const small = deterministicBytes(200_000, 1);
const large = deterministicBytes(6 * partSizeBytes + 1, 2);
const reason = new Error('The customer has left.');

const putObject: RequestMatch = { method: 'PUT', path: 'document.pdf?x-id=PutObject' };
const create: RequestMatch = { method: 'POST', path: 'uploads' };
const part = (number: number): RequestMatch => ({ method: 'PUT', path: `partNumber=${number}&` });
const complete: RequestMatch = { method: 'POST', path: 'uploadId=' };
const head: RequestMatch = { method: 'HEAD' };
const isAbort = ({ method }: { readonly method: string }): boolean => method === 'DELETE';

/** A store through a proxy, with an older artifact under the key. */
async function openFaultyStore(options: { readonly tries?: number; readonly requestTimeoutMs?: number } = {}) {
  const { proxy, client } = await bucket().openProxy();
  const store = bucket().openStore({ client, retryDelayMs: 1, ...options });
  await store.put(key, inChunks(older));
  const expectAsBefore = async (): Promise<void> => {
    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(older));
  };
  return { proxy, store, expectAsBefore };
}

/** Requests that would make an upload visible. */
function publishing(proxy: HttpFaultProxy) {
  return proxy.requests.filter((request) => isMatch(putObject, request) || isMatch(complete, request));
}

describe('an upload that is aborted midway', () => {
  it('ends all its requests, removes its parts, and nothing appears afterwards', async () => {
    const { proxy, store, expectAsBefore } = await openFaultyStore();
    const stalled = proxy.inject(part(2), { kind: 'stall', of: 'request', afterBytes: 1_000_000 });
    const controller = new AbortController();
    const put = store.put(key, inChunks(large), { signal: controller.signal });
    await stalled.tookEffect;
    controller.abort(reason);

    await expect(put).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });

    const requestsWhenSettled = proxy.requests.length;
    stalled.lift();
    await expectAsBefore();
    expect(proxy.requests.slice(0, requestsWhenSettled).filter(isAbort)).toMatchObject([{ status: 204 }]);
    expect(proxy.requests.slice(requestsWhenSettled).map(({ method }) => method)).toEqual(['GET']);
    expect(publishing(proxy)).toHaveLength(1); // The older artifact's.
    expect(await store.discardIncomplete({ olderThanMs: 0 })).toBe(0);
  });

  it('is not cut in its last request: it waits for the answer, and says what that says', async () => {
    const { proxy, store } = await openFaultyStore();
    const stalled = proxy.inject(complete, { kind: 'stall', of: 'request' });
    const controller = new AbortController();
    const put = store.put(key, inChunks(large), { signal: controller.signal });
    await stalled.tookEffect;
    controller.abort(reason);
    stalled.lift();

    expect(await put).toMatchObject({ sha256: sha256Of(large) });

    expect(proxy.requests.filter((request) => isMatch(head, request))).toEqual([]);
    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(large));
  });
});

describe('an upload of which one part fails for good', () => {
  it('stops the other parts and its source, and rejects', async () => {
    const { proxy, store, expectAsBefore } = await openFaultyStore({ tries: 2 });
    const held = proxy.inject(part(1), { kind: 'stall', of: 'answer' });
    proxy.inject(part(2), { kind: 'respond', status: 500, code: 'InternalError' }, { times: Number.POSITIVE_INFINITY });
    const source = new WatchedSource({ chunks: [large], end: { kind: 'stalls' } });

    await expect(store.put(key, source)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { error: 'InternalError', status: 500 },
    });

    expect(source.wasEnded).toBe(true);
    held.lift();
    expect(publishing(proxy)).toHaveLength(1); // The older artifact's.
    expect(proxy.requests.filter(({ path }) => path.includes('partNumber=2&'))).toHaveLength(2);
    expect(proxy.requests.filter(isAbort)).toHaveLength(1);
    await expectAsBefore();
    expect(await store.discardIncomplete({ olderThanMs: 0 })).toBe(0);
  });
});

describe('an upload whose request fails once', () => {
  const slowDown: HttpFault = { kind: 'respond', status: 503, code: 'SlowDown' };
  it.each([
    { request: 'its first request', match: create, fault: slowDown },
    { request: 'a part', match: part(3), fault: slowDown },
    { request: 'a part whose connection is reset', match: part(2), fault: { kind: 'reset' } as const },
    { request: 'a part whose answer is lost', match: part(1), fault: { kind: 'loseAnswer' } as const },
  ])('succeeds by trying again: $request', async ({ match, fault }) => {
    const { proxy, store } = await openFaultyStore();
    const planned = proxy.inject(match, fault);

    await store.put(key, inChunks(large));

    expect(planned.struck).toHaveLength(1);
    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(large));
  });
});

describe('an upload whose last answer is lost', () => {
  it.each([
    { by: 'PutObject', bytes: small, match: putObject },
    { by: 'CompleteMultipartUpload', bytes: large, match: complete },
  ])('resolves when the artifact is there, stored by $by', async ({ bytes, match }) => {
    const { proxy, store } = await openFaultyStore();
    const planned = proxy.inject(match, { kind: 'loseAnswer' });

    expect(await store.put(key, inChunks(bytes))).toMatchObject({ sha256: sha256Of(bytes) });

    expect(planned.struck).toMatchObject([{ status: 200, answerDelivered: false }]);
    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
  });

  it('resolves when the client has made the request again by itself, and was told NoSuchUpload', async () => {
    const { proxy, client } = await bucket().openProxy({ maxAttempts: 3 });
    const store = bucket().openStore({ client });
    proxy.inject(complete, { kind: 'loseAnswer' });

    await store.put(key, inChunks(large));

    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(large));
  });

  it.each([
    { by: 'PutObject', bytes: small, match: putObject },
    { by: 'CompleteMultipartUpload', bytes: large, match: complete },
  ])('rejects when the artifact is not there, and takes no older one for it: $by', async ({ bytes, match }) => {
    const { proxy, store, expectAsBefore } = await openFaultyStore();
    proxy.inject(match, { kind: 'reset' });

    await expect(store.put(key, inChunks(bytes))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { error: 'ECONNRESET' },
    });

    await expectAsBefore();
    expect(await store.discardIncomplete({ olderThanMs: 0 })).toBe(0);
  });

  it('rejects and says that the outcome is unknown when the server can’t be asked', async () => {
    const { proxy, store } = await openFaultyStore({ tries: 2 });
    proxy.inject(putObject, { kind: 'loseAnswer' });
    proxy.inject(head, { kind: 'reset' }, { times: 2 });

    await expect(store.put(key, inChunks(small))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { outcome: 'unknown' },
    });
  });
});

describe('an upload with the wrong content', () => {
  it.each([
    { wrong: 'digest', expected: { sha256: sha256Of(small) } },
    { wrong: 'length', expected: { byteSize: large.byteLength + 1 } },
  ])('never comes to the request that would make it visible: $wrong', async ({ expected }) => {
    const { proxy, store, expectAsBefore } = await openFaultyStore();
    const completing = proxy.inject(complete, { kind: 'reset' });

    await expect(store.put(key, inChunks(large), { expected })).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });

    expect(completing.struck).toEqual([]);
    expect(proxy.requests.filter(isAbort)).toHaveLength(1);
    await expectAsBefore();
  });
});
