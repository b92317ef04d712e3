import { promisify } from 'node:util';
import { constants, gunzip } from 'node:zlib';

/** Bytes from the head of a file that are enough to tell its type. */
export const sniffedBytes = 4_100;

/** The media type of Scribus documents, packed or not, as the freedesktop.org shared MIME database has it. */
const scribusMediaType = 'application/vnd.scribus';

const unpack = promisify(gunzip);

/**
 * Tells the media type of a file by the first bytes of its content; its name and what a client says
 * of it do not count. Answers `application/octet-stream` for what it does not know.
 */
export async function sniffMediaType(head: Uint8Array): Promise<string> {
  if (isScribusDocument(head)) return scribusMediaType;
  // It knows many types, and takes long to load.
  const { fileTypeFromBuffer } = await import('file-type');
  const known = await fileTypeFromBuffer(head);
  if (known?.mime === 'application/gzip' && isScribusDocument(await unpackHead(head))) return scribusMediaType;
  return known?.mime ?? 'application/octet-stream';
}

/** Looks for the root element of all versions: SCRIBUS, SCRIBUSUTF8, SCRIBUSUTF8NEW. */
function isScribusDocument(head: Uint8Array): boolean {
  return /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->).)*-->\s*|<!DOCTYPE[^>]*>\s*)*<SCRIBUS(?:UTF8(?:NEW)?)?[\s>/]/s.test(
    new TextDecoder().decode(head),
  );
}

async function unpackHead(head: Uint8Array): Promise<Uint8Array> {
  try {
    // The head ends in the middle of the stream: that is no error here. The bound stops a bomb.
    return await unpack(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 8_388_608 });
  } catch {
    // Damaged, or a bomb: whatever it is, it is no document that Scribus packed.
    return new Uint8Array();
  }
}
