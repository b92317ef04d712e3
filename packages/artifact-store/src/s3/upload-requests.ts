import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { cancelled, PubpipeError, throwIfCancelled } from '@pubpipe/core';
import { explainChecksumRefusal } from './checksum-setting.ts';
import { toStoreError } from './s3-failure.ts';
import { S3Requests } from './s3-requests.ts';
import { uploadsUnderWay } from './uploads-under-way.ts';

/** Where one upload goes. */
export interface UploadTarget {
  readonly client: S3Client;
  readonly requests: S3Requests;
  readonly bucket: string;
  /** Name of the object, the store's prefix included. */
  readonly name: string;
  readonly signal: AbortSignal;
}

/** The requests that tell an artifact is whole: the only ones that make it visible. */
type PublishingCommand = PutObjectCommand | CompleteMultipartUploadCommand;

const uploadIdKey = 'pubpipe-upload';
const cleanUpTimeoutMs = 5_000;

/**
 * The requests of one upload, between lib-storage and the client.
 *
 * lib-storage alone can't keep the port's promises: when it is aborted it rejects while requests go
 * on, so an artifact may appear afterwards; a part that failed does not stop the others; and a
 * CompleteMultipartUpload whose answer was lost fails with NoSuchUpload when it is made again, though
 * the artifact is there. So its `abortController` and its own clean-up are not used. It is given this
 * client, in which every request of it ends early when one has failed or the signal aborts, and
 * which asks the server what became of a last request that failed.
 */
export class UploadRequests {
  /** Aborts when the caller's signal does and when a request has failed: whoever yields the content has to stop. */
  readonly signal: AbortSignal;
  /** The client for lib-storage: all as it was, but for `send`. */
  readonly client: S3Client;
  /** Goes into the object's metadata, so that it can be told from others under the same key. */
  readonly metadata: Readonly<Record<string, string>> = { [uploadIdKey]: randomUUID() };
  readonly #target: UploadTarget;
  readonly #isReused: (bytes: Uint8Array) => boolean;
  readonly #failed = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  #multipartId: string | undefined;
  #isStored = false;

  /** `isReused` says of a part's bytes whether they would change while they are sent. */
  constructor(target: UploadTarget, isReused: (bytes: Uint8Array) => boolean) {
    this.#target = target;
    this.#isReused = isReused;
    this.signal = AbortSignal.any([target.signal, this.#failed.signal]);
    const send = (command: unknown): Promise<unknown> => this.#send(command);
    this.client = Object.create(target.client, { send: { value: send } }) as S3Client;
  }

  /** Ends the upload; the first failure is what `end` throws. */
  fail(error: unknown): void {
    this.#failed.abort(toStoreError(error));
  }

  /**
   * Waits for the end of every request and removes what is incomplete.
   *
   * @throws PubpipeError what the upload failed with, if the artifact has not been stored.
   */
  async end(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    if (this.#multipartId !== undefined) {
      if (!this.#isStored) await this.#abortMultipart(this.#multipartId);
      uploadsUnderWay.delete(this.#multipartId);
    }
    if (!this.#isStored) throw cancelled(this.signal);
  }

  async #send(command: unknown): Promise<unknown> {
    const request = this.#request(command);
    this.#underWay.add(request);
    try {
      return await request;
    } catch (error) {
      this.fail(await explainChecksumRefusal(this.#target.client, toStoreError(error)));
      throw error;
    } finally {
      this.#underWay.delete(request);
    }
  }

  async #request(command: unknown): Promise<unknown> {
    const { client, requests } = this.#target;
    if (command instanceof PutObjectCommand || command instanceof CompleteMultipartUploadCommand) {
      return await this.#publish(command);
    }
    if (command instanceof CreateMultipartUploadCommand) {
      const answer = await requests.repeat(this.signal, (options) => client.send(command, options));
      this.#multipartId = answer.UploadId;
      if (answer.UploadId !== undefined) uploadsUnderWay.add(answer.UploadId);
      return answer;
    }
    if (command instanceof UploadPartCommand && !this.#isReused(command.input.Body as Uint8Array)) {
      return await requests.repeat(this.signal, (options) => client.send(command, options));
    }
    throw new PubpipeError('INTERNAL', 'This version of @aws-sdk/lib-storage makes uploads in an unknown way.');
  }

  /**
   * Makes the last request. It can't be called back: were it cut, the server might still do what it
   * asks, so an abort that comes this late waits for its answer, and loses if that says "stored".
   */
  async #publish(command: PublishingCommand): Promise<unknown> {
    const { client, requests } = this.#target;
    throwIfCancelled(this.signal);
    try {
      const send = client.send.bind(client) as (
        command: PublishingCommand,
        options: { readonly abortSignal: AbortSignal },
      ) => Promise<unknown>;
      const answer = await requests.once(new AbortController().signal, (options) => send(command, options));
      this.#isStored = true;
      return answer;
    } catch (error) {
      await this.#lookAfter(toStoreError(error));
      return { $metadata: {} };
    }
  }

  /** Finds out whether a last request that failed was carried out all the same; throws if it was not. */
  async #lookAfter(failure: PubpipeError): Promise<void> {
    try {
      this.#isStored = await this.#isThere();
      if (!this.#isStored && this.#multipartId !== undefined) {
        // From here on the server can't complete it any more, so what is seen now is final.
        await this.#abortMultipart(this.#multipartId);
        this.#isStored = await this.#isThere();
      }
    } catch (error) {
      throw new PubpipeError(failure.code, failure.message, {
        details: { ...failure.details, outcome: 'unknown' },
        cause: new AggregateError([failure, error]),
      });
    }
    if (!this.#isStored) throw failure;
  }

  /** Whether the key holds the object of this upload, rather than an older or a newer one. */
  async #isThere(): Promise<boolean> {
    const { client, requests, bucket: Bucket, name: Key } = this.#target;
    const ask = new HeadObjectCommand({ Bucket, Key });
    try {
      const { Metadata } = await requests.repeat(new AbortController().signal, (options) => client.send(ask, options));
      return Metadata?.[uploadIdKey] === this.metadata[uploadIdKey];
    } catch (error) {
      if (toStoreError(error).code === 'ARTIFACT_NOT_FOUND') return false;
      throw error;
    }
  }

  async #abortMultipart(UploadId: string): Promise<void> {
    const { client, bucket: Bucket, name: Key } = this.#target;
    const command = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
    const requests = new S3Requests({ requestTimeoutMs: cleanUpTimeoutMs, tries: 1, retryDelayMs: 0 });
    // What made the upload fail is what the caller has to hear; what stays goes with discardIncomplete.
    await requests
      .once(new AbortController().signal, (options) => client.send(command, options))
      .catch(() => undefined);
  }
}
