import { describe, expect, it } from 'vitest';
import { BackgroundUploads, type UploadProgress } from './background-uploads.ts';

/** An upload that the test ends. */
function heldUpload(name: string) {
  const held = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  let signal: AbortSignal | undefined;
  const upload = (given: AbortSignal): Promise<string> => {
    signal = given;
    begun.resolve();
    given.addEventListener('abort', () => held.reject(given.reason));
    return held.promise;
  };
  const hasBegun = () => signal !== undefined;
  return { upload, begun: begun.promise, hasBegun, finish: () => held.resolve(name), fail: held.reject };
}

describe('background uploads', () => {
  it('go on while their producer does, and their results come in the order of start', async () => {
    const uploads = new BackgroundUploads<string>();
    const [first, second] = [heldUpload('first'), heldUpload('second')];
    await uploads.start(1, first.upload);
    await uploads.start(1, second.upload);
    second.finish();
    first.finish();
    expect(await uploads.all()).toEqual(['first', 'second']);
  });

  it('slow their producer down when as many are under way as may be', async () => {
    const uploads = new BackgroundUploads<string>({ maxUploads: 1 });
    const [first, second] = [heldUpload('first'), heldUpload('second')];
    await uploads.start(1, first.upload);
    const room = uploads.start(1, second.upload);
    expect(second.hasBegun()).toBe(false);
    first.finish();
    await room;
    await second.begun;
    second.finish();
    expect(await uploads.all()).toEqual(['first', 'second']);
  });

  it('slow their producer down when as many bytes are under way as may be', async () => {
    const uploads = new BackgroundUploads<string>({ maxBytesInFlight: 10 });
    const [first, second, third] = [heldUpload('first'), heldUpload('second'), heldUpload('third')];
    await uploads.start(6, first.upload);
    const room = uploads.start(5, second.upload);
    const behind = uploads.start(1, third.upload);
    await first.begun;
    expect([second.hasBegun(), third.hasBegun()]).toEqual([false, false]);
    first.finish();
    await Promise.all([room, behind]);
    second.finish();
    third.finish();
    expect(await uploads.all()).toHaveLength(3);
  });

  it('let one go alone that is larger than what may be under way', async () => {
    const uploads = new BackgroundUploads<string>({ maxBytesInFlight: 10 });
    const large = heldUpload('large');
    await uploads.start(1_000, large.upload);
    large.finish();
    expect(await uploads.all()).toEqual(['large']);
  });

  it('are all aborted by the first failure, which is told at once and is what all rejects with', async () => {
    const failures: unknown[] = [];
    const uploads = new BackgroundUploads<string>({ maxUploads: 2, onFailure: (error) => failures.push(error) });
    const [first, second, third] = [heldUpload('first'), heldUpload('second'), heldUpload('third')];
    await uploads.start(1, first.upload);
    await uploads.start(1, second.upload);
    const waiting = uploads.start(1, third.upload);
    const failure = new Error('no room');
    second.fail(failure);
    await expect(waiting).rejects.toBe(failure);
    await expect(uploads.all()).rejects.toBe(failure);
    expect(failures).toEqual([failure]);
    expect(third.hasBegun()).toBe(false);
    await expect(uploads.start(1, third.upload)).rejects.toBe(failure);
  });

  it('end with CANCELLED when the caller aborts them', async () => {
    const abort = new AbortController();
    const uploads = new BackgroundUploads<string>({ signal: abort.signal });
    const first = heldUpload('first');
    await uploads.start(1, first.upload);
    await first.begun;
    abort.abort(new Error('enough'));
    await expect(uploads.all()).rejects.toMatchObject({ code: 'CANCELLED', cause: { message: 'enough' } });
  });

  it('tell how far they are', async () => {
    const told: UploadProgress[] = [];
    const uploads = new BackgroundUploads<string>({ onProgress: (progress) => told.push(progress) });
    const first = heldUpload('first');
    await uploads.start(7, first.upload);
    first.finish();
    await uploads.all();
    expect(told).toEqual([
      { uploadsStarted: 1, uploadsDone: 0, bytesStarted: 7, bytesDone: 0 },
      { uploadsStarted: 1, uploadsDone: 1, bytesStarted: 7, bytesDone: 7 },
    ]);
  });

  it.each([{ maxUploads: 0 }, { maxBytesInFlight: 0.5 }])('refuse the bound %o', (options) => {
    expect(() => new BackgroundUploads(options)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});
