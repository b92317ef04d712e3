import { type FileKind, kindOf } from './file-kind.ts';

// Scribus has readers of its own for these. Whatever has another ending it leaves to GraphicsMagick, which starts other
// programs for some kinds, reads drawings that name other files, and goes by the content before the ending.
const ownEndings = /\.(?:jpe?g|png|gif|bmp|tiff?|psd|pdf|e?ps|epsi|svgz?|pat|kra|ora|wpg|pi?ct|pic)$/i;
const postScriptEndings = /\.(?:e?ps|epsi)$/i;

// What plain pictures begin with: PNG, JPEG, GIF, BMP, TIFF, PSD, WebP, GIMP, JPEG 2000 and XL, HEIF and AVIF, PCX,
// icons, Netpbm, SGI, Sun, DPX, DDS.
const pictures: readonly RegExp[] = [
  /^\x89PNG\r\n|^\xff\xd8\xff|^GIF8[79]a|^BM[^]{8}|^II\*\0|^MM\0\*|^8BPS/,
  /^RIFF[^]{4}WEBP|^gimp xcf|^\0\0\0\x0c(?:jP  |JXL )|^\xff\x4f\xff\x51|^\xff\x0a|^[^]{4}ftyp/,
  /^\x0a[\0-\x05]\x01|^\0\0[\x01\x02]\0|^P[1-6]\s|^\x01\xda|^\x59\xa6\x6a\x95|^SDPX|^XPDS|^DDS /,
  // Targa: a map of colours or none, then one of its six kinds.
  /^[^][\0\x01][\x01-\x03\x09-\x0b]/,
];

/** Whether Scribus reads an image with nothing but itself and Ghostscript. `head` is its first kilobyte. */
export function isHarmlessImage(name: string, head: Buffer): boolean {
  if (ownEndings.test(name)) return true;
  const kind: FileKind = kindOf(head);
  if (kind === 'gzip') return false;
  const beginning = head.subarray(0, 32).toString('latin1');
  return kind !== 'other' || pictures.some((signature) => signature.test(beginning));
}

/** Whether Scribus looks for colour plates in an image. */
export const mayHavePlates = (name: string, kind: FileKind): boolean =>
  kind === 'postscript' || postScriptEndings.test(name);
