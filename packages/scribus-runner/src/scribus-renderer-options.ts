import { availableParallelism, tmpdir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { type Logger, PubpipeError, silentLogger } from '@pubpipe/core';

/** A program, or a program with its first arguments, such as `['chroot', '/srv/scribus-1.6', 'scribus']`. */
export type ProgramCommand = string | readonly string[];

/** Options of {@link createScribusRenderer}. */
export interface ScribusRendererOptions {
  /**
   * How to start Scribus. A wrapper must end by becoming Scribus (`exec`), pass on file descriptors
   * 3 and 4, and see the directories of the render and this package under the same paths.
   * @defaultValue 'scribus', found on PATH
   */
  readonly scribus?: ProgramCommand | undefined;
  /** How to start poppler's `pdfinfo`, which reads each PDF for the truth check. @defaultValue 'pdfinfo', found on PATH */
  readonly pdfinfo?: ProgramCommand | undefined;
  /** Renders that can be under way at once; each is a process. @defaultValue the number of processors, at most 4 */
  readonly slots?: number | undefined;
  /** Upper bound of a render that doesn't name its own, in milliseconds. @defaultValue 120_000 */
  readonly timeoutMs?: number | undefined;
  /** How much of the end of Scribus' own output goes into an error's `details.log`, in bytes. @defaultValue 8_192 */
  readonly maxLogBytes?: number | undefined;
  /** Upper bound of a document, unpacked, in bytes. @defaultValue 268_435_456 (256 MiB) */
  readonly maxDocumentBytes?: number | undefined;
  /**
   * What PDFs say when they were made. A fixed date makes renders of the same document the same bytes; `now`
   * leaves what Scribus wrote, and renders differ.
   * @defaultValue 2000-01-01T00:00:00Z
   */
  readonly documentDate?: Date | 'now' | undefined;
  /** Absolute path of the directory in which each render gets a HOME and a TMPDIR of its own. @defaultValue os.tmpdir() */
  readonly temporaryDirectory?: string | undefined;
  /** @defaultValue silent */
  readonly logger?: Logger | undefined;
}

/** {@link ScribusRendererOptions}, complete and checked. */
export interface ResolvedScribusRendererOptions {
  readonly scribus: readonly [string, ...string[]];
  readonly pdfinfo: readonly [string, ...string[]];
  readonly slots: number;
  readonly timeoutMs: number;
  readonly maxLogBytes: number;
  readonly maxDocumentBytes: number;
  readonly documentDate: Date | 'now';
  readonly temporaryDirectory: string;
  readonly logger: Logger;
}

/** Longest delay that a timer of JavaScript can have. */
export const maxTimeoutMs = 2 ** 31 - 1;

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` naming the option that is wrong.
 */
export function resolveScribusRendererOptions(options: ScribusRendererOptions): ResolvedScribusRendererOptions {
  const {
    scribus = 'scribus',
    pdfinfo = 'pdfinfo',
    slots = Math.min(availableParallelism(), 4),
    timeoutMs = 120_000,
    maxLogBytes = 8192,
    maxDocumentBytes = 256 * 1024 * 1024,
    documentDate = new Date('2000-01-01T00:00:00Z'),
    temporaryDirectory = tmpdir(),
    logger = silentLogger,
  } = options;
  checkInteger('slots', slots, 1, 256);
  checkInteger('timeoutMs', timeoutMs, 1, maxTimeoutMs);
  checkInteger('maxLogBytes', maxLogBytes, 0, 1024 * 1024);
  checkInteger('maxDocumentBytes', maxDocumentBytes, 1, 512 * 1024 * 1024);
  checkDocumentDate(documentDate);
  if (!isAbsolute(temporaryDirectory)) {
    throw new PubpipeError('INVALID_INPUT', 'The option temporaryDirectory must be an absolute path.');
  }
  // It becomes part of file names that Ghostscript takes for patterns: `%d` would be a page number.
  if (temporaryDirectory.includes('%')) {
    throw new PubpipeError('INVALID_INPUT', 'The option temporaryDirectory must not hold "%".');
  }
  return Object.freeze({
    scribus: toCommand('scribus', scribus),
    pdfinfo: toCommand('pdfinfo', pdfinfo),
    slots,
    timeoutMs,
    maxLogBytes,
    maxDocumentBytes,
    documentDate: documentDate === 'now' ? documentDate : new Date(documentDate),
    temporaryDirectory,
    logger,
  });
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new PubpipeError('INVALID_INPUT', `The option ${name} must be an integer from ${min} to ${max}.`, {
    details: { option: name },
  });
}

function checkDocumentDate(date: Date | 'now'): void {
  // PDF writes years with four digits.
  if (date === 'now' || (date instanceof Date && date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999)) return;
  throw new PubpipeError('INVALID_INPUT', "The option documentDate must be a date of the years 1 to 9999, or 'now'.", {
    details: { option: 'documentDate' },
  });
}

function toCommand(name: string, command: ProgramCommand): readonly [string, ...string[]] {
  const [program, ...args] = typeof command === 'string' ? [command] : command;
  if (typeof program === 'string' && program !== '') {
    // Programs run in directories of their own, where a relative path would lead nowhere.
    return Object.freeze([program.includes('/') ? resolve(program) : program, ...args] as const);
  }
  throw new PubpipeError('INVALID_INPUT', `The option ${name} must name a program.`, { details: { option: name } });
}
