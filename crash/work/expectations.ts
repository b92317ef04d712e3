import { createHash } from 'node:crypto';
import { bytesOf, documentOf, filesOf } from './content.ts';

/** SHA-256, in lower-case hexadecimal, of each file that a render of an order's document must have made, by name. */
export type Expectations = (order: number) => ReadonlyMap<string, string>;

/** What the stub renderer makes. */
export function stubExpectations(seed: number): Expectations {
  return (order) => {
    const document = documentOf(seed, order);
    return new Map(
      filesOf(document).map((file) => [file.name, createHash('sha256').update(bytesOf(document, file)).digest('hex')]),
    );
  };
}
