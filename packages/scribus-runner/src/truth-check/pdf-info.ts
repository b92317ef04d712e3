import { PubpipeError } from '@pubpipe/core';
import { hostEnvironment } from '../host-environment.ts';
import { ProgramAhead } from '../programs/program-ahead.ts';
import type { ProgramResult } from '../programs/program-result.ts';
import { runProgram } from '../programs/run-program.ts';

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

/**
 * Reads the first `maxPages` pages of a PDF with poppler's `pdfinfo`, in a process of its own, bounded in
 * time and output. That it dies of a file, or comes to no end with it, is one of its complaints.
 *
 * @throws PubpipeError `RENDERER_UNAVAILABLE` when pdfinfo can't be started, is killed, or is not well without the file.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function readPdfInfo(
  path: string,
  options: {
    readonly pdfinfo: readonly [string, ...string[]];
    readonly maxPages: number;
    readonly password: string;
    /** From {@link startPdfInfoAhead}, for as many pages. */
    readonly ahead?: ProgramAhead | undefined;
    readonly signal: AbortSignal;
  },
): Promise<PdfInfo> {
  const { pdfinfo, maxPages, password, ahead, signal } = options;
  const passwordArguments = password === '' ? [] : ['-upw', password];
  const args = ['-box', '-f', '1', '-l', String(maxPages), ...passwordArguments, path];
  const result =
    (await ahead?.run(args, { timeoutMs, signal })) ??
    (await runProgram([...pdfinfo, ...args], { ...boundsOf(maxPages), timeoutMs, signal }));
  if (result.startError !== undefined) throw unavailable(pdfinfo[0], result.startError);
  if (result.killed) throw unfinished(pdfinfo[0], result);
  if (result.interrupted) await probePdfInfo(pdfinfo, signal);
  const complaints = result.failure === undefined ? result.stderr : `${result.stderr}\npdfinfo: ${result.failure}`;
  return parsePdfInfo(result.stdout, complaints);
}

/** Makes the process of a pdfinfo that will be asked for so many pages: see {@link ProgramAhead}. */
export function startPdfInfoAhead(
  pdfinfo: readonly [string, ...string[]],
  { maxPages, signal }: { readonly maxPages: number; readonly signal: AbortSignal },
): ProgramAhead {
  return new ProgramAhead(pdfinfo, { ...boundsOf(maxPages), signal });
}

const boundsOf = (maxPages: number) => ({
  env: hostEnvironment(),
  maxOutputBytes: maxOtherBytes + maxPages * maxBytesPerPage,
});

/**
 * Checks that pdfinfo is there and runs.
 *
 * @throws PubpipeError `RENDERER_UNAVAILABLE` when it is not.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function probePdfInfo(pdfinfo: readonly [string, ...string[]], signal: AbortSignal): Promise<void> {
  const options = { env: hostEnvironment(), timeoutMs: probeTimeoutMs, maxOutputBytes: maxOtherBytes, signal };
  const result = await runProgram([...pdfinfo, '-v'], options);
  if (result.startError !== undefined) throw unavailable(pdfinfo[0], result.startError);
  // Older ones print their version and end with 99.
  if (result.failure !== undefined && !/pdfinfo version/.test(result.stderr)) throw unfinished(pdfinfo[0], result);
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
