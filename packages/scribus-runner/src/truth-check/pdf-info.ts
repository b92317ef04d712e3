import { cancelled, PubpipeError } from '@pubpipe/core';
import { execa } from 'execa';
import { hostEnvironment } from '../host-environment.ts';

/** A page of a PDF as poppler reads it. */
export interface PdfPage {
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
const maxBytesPerPage = 1024;
const maxOtherBytes = 256 * 1024;

/**
 * Reads the first `maxPages` pages of a PDF with poppler's `pdfinfo`, in a process of its own, bounded in
 * time and output.
 *
 * @throws PubpipeError `RENDERER_UNAVAILABLE` when pdfinfo can't be started.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function readPdfInfo(
  path: string,
  options: {
    readonly pdfinfo: readonly [string, ...string[]];
    readonly maxPages: number;
    readonly password: string;
    readonly signal: AbortSignal;
  },
): Promise<PdfInfo> {
  const [program, ...args] = options.pdfinfo;
  const password = options.password === '' ? [] : ['-upw', options.password];
  const result = await execa(program, [...args, '-box', '-f', '1', '-l', String(options.maxPages), ...password, path], {
    env: hostEnvironment(),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: maxOtherBytes + options.maxPages * maxBytesPerPage,
    cancelSignal: options.signal,
  });
  if (options.signal.aborted) throw cancelled(options.signal);
  if (result.code === 'ENOENT' || result.code === 'EACCES') throw unavailable(program, result.cause);
  return parsePdfInfo(result.stdout, result.failed ? `${result.stderr}\n${failureOf(result)}` : result.stderr);
}

/** Reads what `pdfinfo -box` prints for a range of pages. */
export function parsePdfInfo(output: string, complaints: string): PdfInfo {
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
  return { pageCount: Number(/^Pages:\s+(\d+)$/m.exec(output)?.[1] ?? 0), pages, complaints: complaints.trim() };
}

/** Why pdfinfo did not end well; its command line stays out of it, which may hold a password. */
function failureOf(result: {
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
}): string {
  if (result.timedOut) return `pdfinfo takes longer than ${timeoutMs} ms`;
  if (result.isMaxBuffer) return 'pdfinfo prints without end';
  return `pdfinfo ended with ${result.signal ?? `exit code ${result.exitCode}`}`;
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
