import type { ArtifactKey } from './artifact-key.ts';

/** Options of {@link PresignedUrls.presignGet}. */
export interface PresignGetOptions {
  /** How long the URL works, in milliseconds; whole seconds, rounded up. At most seven days. */
  readonly expiresInMs: number;
  /** Name under which a browser saves the file; without it the browser decides whether to show or to save it. */
  readonly fileName?: string | undefined;
  /** Media type of the answer, in place of the stored one. */
  readonly mediaType?: string | undefined;
}

/**
 * Links to artifacts that work by themselves until they expire, so that bytes need not pass through
 * the application. Whoever has such a URL may read the artifact: treat it as a secret.
 *
 * A port of its own, as not every artifact store can do it.
 */
export interface PresignedUrls {
  /**
   * Makes a URL that answers GET with the artifact, byte ranges included, until it expires. It is made
   * without asking the store: that of a key with no artifact answers 404.
   *
   * @throws PubpipeError `INVALID_INPUT` when an option can't be used.
   */
  presignGet(key: ArtifactKey, options: PresignGetOptions): Promise<string>;
}
