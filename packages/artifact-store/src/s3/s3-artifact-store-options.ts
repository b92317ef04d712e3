import type { S3Client } from '@aws-sdk/client-s3';
import { PubpipeError } from '@pubpipe/core';

const mebibyte = 1024 * 1024;
const smallestPartBytes = 5 * mebibyte;
const largestPartBytes = 5 * 1024 * mebibyte;
const mostParts = 10_000;

/** What `put` does when an upload fails for a reason that may pass. */
export type ReplayMode =
  /** It rejects: the content is gone, as it was read once. Single requests are tried again all the same. */
  | 'none'
  /** The content goes to a temporary file first, so that the whole upload can be tried again. */
  | 'spool';

/** Options of {@link createS3ArtifactStore}. */
export interface S3ArtifactStoreOptions {
  /** Set up by the application, and closed by it. The store works with its retries, its region and its agents. */
  readonly client: S3Client;
  /** Name of the bucket; it must be there. */
  readonly bucket: string;
  /** Put before each key, `artifacts/` for example. The store touches nothing else. @defaultValue '' */
  readonly prefix?: string | undefined;
  /**
   * Size of a part of a large upload, from 5 MiB. An artifact has at most 10,000 parts: this size
   * decides how large it may be. An upload holds up to `queueSize` + 3 parts in memory.
   * @defaultValue 8_388_608 (8 MiB, so artifacts up to 78.1 GiB)
   */
  readonly partSizeBytes?: number | undefined;
  /** How many parts of one upload are on their way at once. @defaultValue 4 */
  readonly queueSize?: number | undefined;
  /**
   * How long one request may take, the client's own retries of it included. It must do for a part,
   * and where `importObject` is used for the server's copy of up to 5 GiB. @defaultValue 60_000
   */
  readonly requestTimeoutMs?: number | undefined;
  /** How long the server may leave a reader waiting for the next bytes. @defaultValue 30_000 */
  readonly idleTimeoutMs?: number | undefined;
  /** How often a request that failed for a passing reason is made in all, after the client's own retries. @defaultValue 3 */
  readonly tries?: number | undefined;
  /** Wait before the second try, in milliseconds. Doubles with each further one. @defaultValue 200 */
  readonly retryDelayMs?: number | undefined;
  /** Whether whole uploads are tried again. @defaultValue 'none' */
  readonly replay?: ReplayMode | undefined;
  /** Where `replay: 'spool'` keeps its temporary files. @defaultValue `os.tmpdir()` */
  readonly spoolDirectory?: string | undefined;
  /** Buckets that `importObject` may copy from. @defaultValue none */
  readonly importBuckets?: readonly string[] | undefined;
}

/** Checked and complete {@link S3ArtifactStoreOptions}. */
export interface ResolvedS3ArtifactStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  readonly partSizeBytes: number;
  /** Length of the largest artifact that fits in the parts. */
  readonly maxObjectBytes: number;
  readonly queueSize: number;
  readonly requestTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly tries: number;
  readonly retryDelayMs: number;
  readonly replay: ReplayMode;
  /** Undefined for the system's own. */
  readonly spoolDirectory: string | undefined;
  readonly importBuckets: readonly string[];
}

/** Fills in and checks the options. @throws PubpipeError `INVALID_INPUT` saying which one can't be used. */
export function resolveS3ArtifactStoreOptions(options: S3ArtifactStoreOptions): ResolvedS3ArtifactStoreOptions {
  const {
    client,
    bucket,
    prefix = '',
    partSizeBytes = 8 * mebibyte,
    queueSize = 4,
    requestTimeoutMs = 60_000,
    idleTimeoutMs = 30_000,
    tries = 3,
    retryDelayMs = 200,
    replay = 'none',
    spoolDirectory,
    importBuckets = [],
  } = options;
  // Callers without types may pass anything.
  check(typeof (client as Partial<S3Client> | undefined)?.send === 'function', 'client must be an S3Client.');
  check(isText(bucket, 1), 'bucket must be the name of a bucket.');
  check(isText(prefix, 0) && prefix.length <= 512, 'prefix must be text of at most 512 characters.');
  checkWhole({ partSizeBytes }, smallestPartBytes, largestPartBytes);
  checkWhole({ queueSize, tries }, 1, 100);
  checkWhole({ requestTimeoutMs, idleTimeoutMs }, 1, 2 ** 31 - 1);
  checkWhole({ retryDelayMs }, 0, 60_000);
  check(['none', 'spool'].includes(replay), "replay must be 'none' or 'spool'.");
  check(spoolDirectory === undefined || isText(spoolDirectory, 1), 'spoolDirectory must be the path of a directory.');
  check(Array.isArray(importBuckets) && importBuckets.every((name) => isText(name, 1)), 'importBuckets must be names.');
  return Object.freeze({
    client,
    bucket,
    prefix,
    partSizeBytes,
    maxObjectBytes: partSizeBytes * mostParts,
    queueSize,
    requestTimeoutMs,
    idleTimeoutMs,
    tries,
    retryDelayMs,
    replay,
    spoolDirectory,
    importBuckets: Object.freeze([...importBuckets]),
  });
}

function isText(value: unknown, minLength: number): boolean {
  return typeof value === 'string' && value.length >= minLength && !value.includes('\0') && value.isWellFormed();
}

function checkWhole(values: Readonly<Record<string, number>>, min: number, max: number): void {
  for (const [name, value] of Object.entries(values)) {
    check(Number.isSafeInteger(value) && value >= min && value <= max, `${name} must be whole, from ${min} to ${max}.`);
  }
}

function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new PubpipeError('INVALID_INPUT', otherwise);
}
