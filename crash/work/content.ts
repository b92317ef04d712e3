import { createHash } from 'node:crypto';

/** A file that a render makes. */
export interface ExpectedFile {
  readonly name: string;
  /** Of a page image. */
  readonly page?: number | undefined;
  readonly byteSize: number;
}

/** `byteSize` bytes that `seed` decides. */
function expand(seed: string, byteSize: number): Uint8Array {
  return createHash('shake256', { outputLength: byteSize }).update(seed).digest();
}

/** The document of one job of a run. */
export function documentOf(seed: number, index: number): Uint8Array {
  const name = `document ${seed} ${index}`;
  return Buffer.concat([Buffer.from(`${name}\n`), expand(name, 1_000 + (expand(name, 1)[0] ?? 0) * 100)]);
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** What the stub renderer makes of a document: all of it is decided by the document's bytes. */
export function filesOf(document: Uint8Array): readonly ExpectedFile[] {
  const digest = sha256(document);
  const [size = 0, more = 0, pages = 0] = digest;
  // Some are larger than a part of an upload to S3: at most 5 MiB.
  const byteSize = size < 10 ? 5_500_000 + more * 20_000 : 2_000 + size * 500 + more;
  const images = Array.from({ length: pages % 3 }, (_, index) => ({
    name: `page-${String(index + 1).padStart(4, '0')}.png`,
    page: index + 1,
    byteSize: 500 + more * 10,
  }));
  return [...images, { name: 'document.pdf', byteSize }];
}

/** What the stub merger makes of a template: a file for each record. */
export function recordsOf(template: Uint8Array): readonly ExpectedFile[] {
  const [size = 0, more = 0] = sha256(template);
  return Array.from({ length: 8 + (more % 8) }, (_, index) => ({
    name: `${index + 1}.pdf`,
    byteSize: 1_000 + size * 100 + index,
  }));
}

/** The bytes of one of those files. */
export function bytesOf(document: Uint8Array, { name, byteSize }: ExpectedFile): Uint8Array {
  return expand(`${sha256(document).toString('hex')} ${name}`, byteSize);
}

/** How long a document takes to be rendered, in milliseconds. */
export const renderMsOf = (document: Uint8Array): number => 5 + ((sha256(document)[3] ?? 0) % 46);

/** Whether the first attempt to render it fails, as one that takes too long does. */
export const failsAtFirst = (document: Uint8Array): boolean => (sha256(document)[4] ?? 0) < 10;
