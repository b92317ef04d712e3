import { PubpipeError } from '../errors/pubpipe-error.ts';
import { parseAssetName } from '../ports/asset-name.ts';

/**
 * Checks the name of a file that comes in: one that could lie in a directory, without folders.
 *
 * @throws PubpipeError `INVALID_INPUT` saying what is wrong.
 */
export function parseFileName(value: string): string {
  const name = parseAssetName(value);
  if (!name.includes('/')) return name;
  throw new PubpipeError('INVALID_INPUT', 'The name of a file that comes in must not have folders.', {
    details: { name },
  });
}
