import { checkPathSegments } from './path-segments.ts';

declare const artifactKey: unique symbol;

/** The checked name of a stored artifact: segments joined by `/` that can't lead out of the store. */
export type ArtifactKey = string & { readonly [artifactKey]: true };

/**
 * Checks a key: at most 1,024 bytes of UTF-8 in segments of at most 255, joined by `/`, none of them
 * empty, `.` or `..`, without backslashes and control characters.
 *
 * @throws PubpipeError `INVALID_INPUT` saying what is wrong.
 */
export function parseArtifactKey(value: unknown): ArtifactKey {
  checkPathSegments(value, 'The artifact key');
  return value as ArtifactKey;
}
