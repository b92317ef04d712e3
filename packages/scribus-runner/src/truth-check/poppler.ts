import { PubpipeError } from '@pubpipe/core/driver';
import { hostEnvironment } from '../host-environment.ts';
import type { ProgramResult } from '../programs/program-result.ts';
import { ProgramShells } from '../programs/program-shells.ts';

/** A page of a PDF as poppler reads it. */
interface PdfPage {
  /** Width of the trim box in points: the page after cutting, without bleed and marks. */
  readonly widthPt: number;
  readonly heightPt: number;
  /** Rotation for display, in degrees. */
  readonly rotation: number;
}

/** A PDF as poppler reads it. */
export interface PdfInfo {
  readonly pageCount: number;
  readonly pages: readonly PdfPage[];
  /** What poppler complained about; a sound PDF has none. */
  readonly complaints: string;
}

const timeoutMs = 60_000;
const probeTimeoutMs = 10_000;
// Of a font that is embedded as a whole, for glyphs that stand for no character: it concerns copying text, not print.
const harmless = /^Syntax Warning: Invalid entry in bfchar block in ToUnicode CMap$/gm;
const maxBytesPerPage = 1024;
const maxOtherBytes = 256 * 1024;

/** Reads PDFs with poppler's `pdfinfo`, each in a process of its own, bounded in time and output. */
export class Poppler {
  readonly #program: string;
  readonly #shells: ProgramShells;

  /** Starts nothing before it is asked for something. */
  constructor(pdfinfo: readonly [string, ...string[]]) {
    this.#program = pdfinfo[0];
    this.#shells = new ProgramShells(pdfinfo, hostEnvironment());
  }

  /** Gets ready for a PDF that is about to come. */
  prepare(): void {
    this.#shells.prepare();
  }

  /**
   * Reads the first `maxPages` pages of a PDF. That pdfinfo dies of a file, or comes to no end with it, is one of its
   * complaints.
   *
   * @throws PubpipeError `RENDERER_UNAVAILABLE` when pdfinfo can't be started, is killed, or is not well without the file.
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   */
  async read(
    path: string,
    options: { readonly maxPages: number; readonly password: string; readonly signal: AbortSignal },
  ): Promise<PdfInfo> {
    const { maxPages, password, signal } = options;
    const passwordArguments = password === '' ? [] : ['-upw', password];
    const args = ['-box', '-f', '1', '-l', String(maxPages), ...passwordArguments, path];
    const maxOutputBytes = maxOtherBytes + maxPages * maxBytesPerPage;
    const result = await this.#shells.run(args, { timeoutMs, maxOutputBytes, signal });
    if (result.startError !== undefined) throw unavailable(this.#program, result.startError);
    if (result.killed) throw unfinished(this.#program, result);
    if (result.interrupted) await this.probe(signal);
    const complaints = result.failure === undefined ? result.stderr : `${result.stderr}\npdfinfo: ${result.failure}`;
    return parsePdfInfo(result.stdout, complaints);
  }

  /**
   * Checks that pdfinfo is there and runs.
   *
   * @throws PubpipeError `RENDERER_UNAVAILABLE` when it is not.
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   */
  async probe(signal: AbortSignal): Promise<void> {
    const result = await this.#shells.run(['-v'], { timeoutMs: probeTimeoutMs, maxOutputBytes: maxOtherBytes, signal });
    if (result.startError !== undefined) throw unavailable(this.#program, result.startError);
    // Older ones print their version and end with 99.
    if (result.failure !== undefined && !/pdfinfo version/.test(result.stderr)) throw unfinished(this.#program, result);
  }

  /** Ends its processes. Nothing may be read any more. */
  close(): Promise<void> {
    return this.#shells.close();
  }
}

/** Reads what `pdfinfo -box` prints for a range of pages. */
function parsePdfInfo(output: string, complaints: string): PdfInfo {
  const pages: PdfPage[] = [];
  const rotations = new Map<string, number>();
  for (const [, page = '', rotation] of output.matchAll(/^Page\s+(\d+) rot:\s+(-?\d+)$/gm)) {
    rotations.set(page, Number(rotation));
  }
  const box = /^Page\s+(\d+) TrimBox:\s+(-?[\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+)$/gm;
  for (const [, page = '', left = '', bottom = '', right = '', top = ''] of output.matchAll(box)) {
    pages.push({
      widthPt: difference(right, left),
      heightPt: difference(top, bottom),
      rotation: rotations.get(page) ?? 0,
    });
  }
  return {
    pageCount: Number(/^Pages:\s+(\d+)$/m.exec(output)?.[1] ?? 0),
    pages,
    complaints: complaints.replace(harmless, '').trim(),
  };
}

// pdfinfo prints two decimals.
const difference = (a: string, b: string): number => Math.round((Number(a) - Number(b)) * 100) / 100;

const unavailable = (program: string, cause: unknown): PubpipeError =>
  new PubpipeError(
    'RENDERER_UNAVAILABLE',
    `PDFs can't be checked because "${program}" can't be started: install poppler (on Debian and Ubuntu: apt install ` +
      'poppler-utils) or say in the option pdfinfo where it is.',
    { cause, details: { program } },
  );

const unfinished = (program: string, { failure, stderr }: ProgramResult): PubpipeError =>
  new PubpipeError('RENDERER_UNAVAILABLE', `The PDF can't be checked because pdfinfo ended badly: ${failure}.`, {
    details: { program, log: stderr.slice(0, 1000) },
  });
