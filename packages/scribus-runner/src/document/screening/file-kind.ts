/** How many bytes of a file's beginning tell its kind. */
export const kindBytes = 1024;

/** What a file is by its content, as far as it matters for safety. */
export type FileKind = 'postscript' | 'pdf' | 'svg' | 'gzip' | 'other';

const dosEps = Buffer.from([0xc5, 0xd0, 0xd3, 0xc6]);
const gzip = Buffer.from([0x1f, 0x8b]);
// Also behind the three bytes that mark UTF-8. Other files may hold a drawing as a remark.
const beginsWithMarkup = /^(?:\u00ef\u00bb\u00bf)?\s*</;

/**
 * Tells a file's kind from its first {@link kindBytes} bytes: EPS and PostScript (also with a preview in front, as DOS
 * programs write it, and of older Illustrator), PDF (also of newer Illustrator), SVG.
 */
export function kindOf(head: Buffer): FileKind {
  if (head.subarray(0, 4).equals(dosEps)) return 'postscript';
  if (head.subarray(0, 2).equals(gzip)) return 'gzip';
  const text = head.subarray(0, kindBytes).toString('latin1');
  if (text.startsWith('%!') || text.includes('%!PS')) return 'postscript';
  if (text.includes('%PDF-')) return 'pdf';
  return beginsWithMarkup.test(text) && /<(?:[\w.-]+:)?svg[\s>]/.test(text) ? 'svg' : 'other';
}

/** Whether Scribus gives such a file to Ghostscript. */
export const isForGhostscript = (kind: FileKind): boolean => kind === 'postscript' || kind === 'pdf';

/** Whether Scribus reads a file of this name as SVG. */
export const isSvgName = (name: string): boolean => /\.svgz?$/i.test(name);
