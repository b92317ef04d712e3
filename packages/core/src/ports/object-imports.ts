import type { ArtifactKey } from './artifact-key.ts';
import type { StoredArtifact } from './artifact-store.ts';

/** Which object {@link ObjectImports.importObject} makes an artifact. */
export interface ImportObjectOptions {
  /** One of the buckets that the store may import from. */
  readonly bucket: string;
  /** Its name in that bucket, which may be any. */
  readonly key: string;
  /** The key of the artifact. */
  readonly as: ArtifactKey;
  /** What it must turn out to be. */
  readonly expected: { readonly sha256: string; readonly byteSize?: number | undefined };
  /** @defaultValue 'application/octet-stream' */
  readonly mediaType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes artifacts of objects that are there already, so that their bytes need not be uploaded again.
 *
 * A port of its own, as not every artifact store can do it.
 */
export interface ObjectImports {
  /**
   * Copies an object of an allowed bucket to the key of an artifact. Only what was verified gets the key:
   * when this rejects, the key holds what it held before. The object itself is left alone.
   *
   * @throws PubpipeError `INVALID_INPUT` when objects of that bucket must not be imported.
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when there is no such object.
   * @throws PubpipeError `CONTENT_MISMATCH` when it is not what is expected.
   * @throws PubpipeError what every method of the store throws.
   */
  importObject(options: ImportObjectOptions): Promise<StoredArtifact>;
}
