import type { PdfFile } from '../pdf/pdf-file.ts';
import type { ObjectDigests } from './object-digests.ts';

/** Finds objects that are the same as an earlier one, and which that is. */
export function findShared(file: PdfFile, digests: ObjectDigests): ReadonlyMap<number, number> {
  const firsts = new Map<string, number>();
  const shared = new Map<number, number>();
  for (let number = 1; number < file.objectCount; number += 1) {
    const digest = file.place(number) === undefined ? undefined : digests.of(number);
    if (digest === undefined) continue;
    const first = firsts.get(digest);
    if (first === undefined) firsts.set(digest, number);
    else shared.set(number, first);
  }
  return shared;
}
