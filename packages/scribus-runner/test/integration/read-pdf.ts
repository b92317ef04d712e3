import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A box in points: left, bottom, right, top. */
type Box = readonly number[];

/** What poppler's programs, and the bytes themselves, tell of a PDF. */
export interface ReadPdf {
  /** Fields of `pdfinfo`, by their names. */
  readonly info: Readonly<Record<string, string>>;
  readonly boxes: Readonly<Record<'MediaBox' | 'BleedBox' | 'TrimBox', Box>>;
  /** Lines of `pdffonts`. */
  readonly fonts: readonly string[];
  /** Of the first image: its width in pixels, its colour and how it is packed. */
  readonly image: { readonly widthPx: number; readonly colour: string; readonly encoding: string } | undefined;
  /** The whole file, a character a byte. */
  readonly bytes: string;
  readonly byteSize: number;
}

/** Reads a PDF with poppler. */
export function readPdf(path: string, password = ''): ReadPdf {
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, [...args, ...(password === '' ? [] : ['-upw', password]), path], { encoding: 'utf8' });
  const output = run('pdfinfo', '-box');
  const info = Object.fromEntries(
    [...output.matchAll(/^([A-Z][^:\n]*):[ \t]*(.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
  const box = (name: string): Box => (info[name] ?? '').split(/\s+/).map(Number);
  const [, , image] = run('pdfimages', '-list').split('\n');
  const [, , , width, , colour = '', , , encoding = ''] = image?.trim().split(/\s+/) ?? [];
  const bytes = readFileSync(path, 'latin1');
  return {
    info,
    boxes: { MediaBox: box('MediaBox'), BleedBox: box('BleedBox'), TrimBox: box('TrimBox') },
    fonts: run('pdffonts').trim().split('\n').slice(2),
    image: width === undefined ? undefined : { widthPx: Number(width), colour, encoding },
    bytes,
    byteSize: bytes.length,
  };
}
