import type { ArtifactKey } from './artifact-key.ts';

/** What is known of content before it is stored; a difference rejects with `CONTENT_MISMATCH`. */
export interface ExpectedContent {
  /** Length in bytes. */
  readonly byteSize?: number | undefined;
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256?: string | undefined;
}

/** Options of {@link ArtifactStore.put}. */
export interface PutOptions {
  /** Aborts the upload: it rejects with `CANCELLED` and stores nothing. */
  readonly signal?: AbortSignal | undefined;
  /** For stores that keep one (S3). @defaultValue 'application/octet-stream' */
  readonly mediaType?: string | undefined;
  /** What the content must turn out to be. */
  readonly expected?: ExpectedContent | undefined;
}

/** What a store says of an artifact that it has just stored. */
export interface StoredArtifact {
  readonly key: ArtifactKey;
  /** Length in bytes, counted in flight. */
  readonly byteSize: number;
  /** SHA-256 in lower-case hexadecimal, computed in flight. */
  readonly sha256: string;
}

/** A part of an artifact, in bytes. */
export interface ByteRange {
  /** First byte, from 0. */
  readonly start: number;
  /** Last byte, included. Past the end, or left out, it means the last byte there is. */
  readonly end?: number | undefined;
}

/** What is known of an artifact that is read. */
export interface VerifyContent {
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
}

/** Options of {@link ArtifactStore.get}. */
export interface GetOptions {
  /** Only these bytes. */
  readonly range?: ByteRange | undefined;
  /**
   * What the whole artifact must turn out to be: on a difference the body rejects with
   * `CONTENT_MISMATCH` instead of ending. Not together with `range`.
   */
  readonly verify?: VerifyContent | undefined;
  /** Ends the read: the body rejects with `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
}

/** Content that is being read. */
export interface ArtifactContent {
  /** Length of the whole artifact in bytes. */
  readonly byteSize: number;
  /** Number of bytes that `body` yields: the length of the range, or of the whole. */
  readonly contentLength: number;
  /**
   * The bytes, once; never fewer than `contentLength` without a rejection. Leaving the loop early releases what the read held; so does `return()` of its
   * iterator for a reader that never begins.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

/** What a store knows of an artifact without reading it. */
export interface ArtifactHead {
  readonly key: ArtifactKey;
  /** Length in bytes. */
  readonly byteSize: number;
  /** When it was stored, in milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Text without quotes that is another one when the key holds other content. */
  readonly etag: string;
}

/** Options of {@link ArtifactStore.discardIncomplete}. */
export interface DiscardIncompleteOptions {
  /** Only what was begun longer ago than this many milliseconds. */
  readonly olderThanMs: number;
  /** Upper bound of what one call discards. @defaultValue 1_000 */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where the bytes of artifacts live. Every method may be called concurrently, also for the same key.
 *
 * A store may refuse a key below another artifact's key (`a` and `a/b`) with `INVALID_INPUT`.
 *
 * Every method rejects with `CANCELLED`, cause `signal.reason`, when its `signal` aborts first, with
 * `STORE_UNAVAILABLE` when the store can't be reached (a retry may help), and with `CLOSED` after `close`.
 */
export interface ArtifactStore {
  /**
   * Stores `content` under `key` and returns its length and digest.
   *
   * A reader sees the old artifact or the new one, never a mixture, and never a part. When this
   * rejects or is aborted, `key` holds what it held before. Storing the same content twice is
   * harmless, so a retry after a lost answer is safe. When it has settled, nothing of it goes on.
   * The content is pulled no faster than it can be stored and never held whole in memory.
   *
   * @throws PubpipeError `CONTENT_MISMATCH` when the content is not what `expected` says.
   * @throws PubpipeError `STORE_FULL` when there is no room for it.
   * @throws PubpipeError `INTERNAL`, the source's error as its cause, when `content` fails; a
   * PubpipeError that the source throws is passed on as it is.
   */
  put(key: ArtifactKey, content: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<StoredArtifact>;

  /**
   * Opens an artifact for reading. What was opened stays readable to its end, the same bytes, when
   * the key is overwritten or deleted meanwhile.
   *
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when there is none.
   * @throws PubpipeError `RANGE_NOT_SATISFIABLE` when the range begins past the end.
   */
  get(key: ArtifactKey, options?: GetOptions): Promise<ArtifactContent>;

  /**
   * Says how large an artifact is and when it was stored.
   *
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when there is none.
   */
  head(key: ArtifactKey, options?: { readonly signal?: AbortSignal | undefined }): Promise<ArtifactHead>;

  /** Deletes an artifact. Deleting what is not there succeeds. */
  delete(key: ArtifactKey, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;

  /** Lists the artifacts whose key begins with `prefix` (any text), in no particular order. */
  list(options?: {
    readonly prefix?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): AsyncIterable<ArtifactHead>;

  /**
   * Removes what uploads of killed processes left behind and returns how many it removed.
   * An upload that is still under way and younger than `olderThanMs` is not touched.
   */
  discardIncomplete(options: DiscardIncompleteOptions): Promise<number>;

  /**
   * Ends uploads and reads under way with `CLOSED`, waits until nothing of them goes on, and releases
   * what the store itself opened. A client that was passed in stays open. Idempotent.
   */
  close(): Promise<void>;
}
