import { checkPathSegments } from './path-segments.ts';

declare const assetName: unique symbol;

/** The checked path of a file beside a document, such as `images/logo.png`, or of the document itself. */
export type AssetName = string & { readonly [assetName]: true };

/**
 * Checks the name under which a file lies beside the document; the rules are those of an artifact key.
 *
 * @throws PubpipeError `INVALID_INPUT` saying what is wrong.
 */
export function parseAssetName(value: unknown): AssetName {
  checkPathSegments(value, 'The name of a file beside the document');
  return value as AssetName;
}
