import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';
import { prepareZXingModule, type ReadResult, readBarcodes } from 'zxing-wasm/reader';

const { resolve } = createRequire(import.meta.url);
// By default it would be fetched from the network.
prepareZXingModule({ overrides: { wasmBinary: readFileSync(resolve('zxing-wasm/reader/zxing_reader.wasm')).buffer } });

/** A code that was read from a page. */
export interface ReadCode {
  readonly format: string;
  readonly text: string;
  readonly contentType: string;
  readonly errorCorrection: string;
}

/** Reads all codes of the first page of a PDF, as poppler shows it, with a reader that shares no code with what wrote them. */
export async function readCodes(pdf: string, dpi = 300): Promise<readonly ReadCode[]> {
  const image = execFileSync('pdftoppm', ['-png', '-r', String(dpi), '-f', '1', '-l', '1', pdf], {
    maxBuffer: 200 * 1024 * 1024,
  });
  const found = await readBarcodes(new Uint8Array(image), { tryHarder: true, maxNumberOfSymbols: 255 });
  return found.map(toReadCode);
}

const toReadCode = ({ format, text, contentType, ecLevel }: ReadResult): ReadCode => {
  return { format, text, contentType, errorCorrection: ecLevel };
};

/** What the pages of a PDF draw, as text: all its streams that are packed. */
export function readDrawing(pdf: string): string {
  const bytes = readFileSync(pdf);
  const begins = [...bytes.toString('latin1').matchAll(/\/FlateDecode.*?\bstream\r?\n/gs)];
  return begins
    .map(({ 0: { length }, index }) =>
      inflateSync(bytes.subarray(index + length), { finishFlush: 2 }).toString('latin1'),
    )
    .join('\n');
}
