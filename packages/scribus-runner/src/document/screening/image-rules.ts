import { extname } from 'node:path';
import { type FileKind, kindOf } from './file-kind.ts';

// Scribus has readers of its own for these. Whatever has another ending it leaves to GraphicsMagick, which starts other
// programs for some kinds, and reads drawings that name other files.
const ownEndings = /^\.(?:jpe?g|png|gif|bmp|tiff?|psd|pdf|e?ps|epsi|svgz?|pat|kra|ora|wpg|pi?ct|pic)$/i;
const postScriptEndings = /^\.(?:e?ps|epsi)$/i;

/** What GraphicsMagick knows by its first bytes, here in hexadecimal, whatever the ending. */
const pictures: readonly RegExp[] = [
  // PNG, JPEG, GIF, BMP, both kinds of TIFF, PSD, WebP, GIMP.
  /^(?:89504e470d0a|ffd8ff|474946383[79]61|424d.{20}|49492a00|4d4d002a|38425053|52494646.{8}57454250|67696d7020786366)/,
  // A stream of JPEG 2000, PCX, Netpbm, SGI, Sun, both kinds of DPX.
  /^(?:ff4fff51|0a0[0-5]01|503[1-6](?:20|0[9ad])|01da|59a66a95|53445058|58504453)/,
];

/** What it doesn't know so, and takes for what the ending says. */
const picturesByEnding: readonly (readonly [ending: RegExp, beginning: RegExp])[] = [
  [/^\.jp[2fx]$/i, /^0000000c6a502020/],
  [/^\.jxl$/i, /^(?:0000000c4a584c20|ff0a)/],
  [/^\.(?:hei[cf]|avif)$/i, /^.{8}66747970/],
  [/^\.ico$/i, /^00000100/],
  [/^\.dds$/i, /^44445320/],
  // A map of colours and one of the kinds with it, or none.
  [/^\.tga$/i, /^..(?:010[19]|000[23ab])/],
];

/** Whether Scribus reads an image with nothing but itself and Ghostscript. `head` is its first kilobyte. */
export function isHarmlessImage(name: string, head: Buffer): boolean {
  const ending = extname(name);
  if (ownEndings.test(ending)) return true;
  const kind = kindOf(head);
  if (kind !== 'other') return kind !== 'gzip';
  const beginning = head.toString('hex', 0, 32);
  return (
    pictures.some((signature) => signature.test(beginning)) ||
    picturesByEnding.some(([of, signature]) => of.test(ending) && signature.test(beginning))
  );
}

/** Whether Scribus looks for colour plates in an image. */
export const mayHavePlates = (name: string, kind: FileKind): boolean =>
  kind === 'postscript' || postScriptEndings.test(extname(name));
