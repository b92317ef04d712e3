import { createHash } from 'node:crypto';
import { bytesOf, documentOf, filesOf, recordsOf } from './content.ts';
import { isMerge } from './order.ts';

/** SHA-256, in lower-case hexadecimal, of each file that an order must have made, by name. */
export type Expectations = (order: number) => ReadonlyMap<string, string>;

/** What the stub renderer makes. */
export function stubExpectations(seed: number): Expectations {
  return (order) => {
    const document = documentOf(seed, order);
    const files = isMerge({ renderer: 'stub' }, order) ? recordsOf(document) : filesOf(document);
    return new Map(
      files.map((file) => [file.name, createHash('sha256').update(bytesOf(document, file)).digest('hex')]),
    );
  };
}
