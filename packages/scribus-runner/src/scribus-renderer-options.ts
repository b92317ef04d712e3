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
  /** Absolute path of the directory in which each render gets a HOME and a TMPDIR of its own. @defaultValue os.tmpdir() */
  readonly temporaryDirectory?: string | undefined;
  /**
   * Absolute paths of directories whose fonts every document can use, besides the system's. What is
   * added to or taken from them counts for the renders that come after. @defaultValue none
   */
  readonly fontDirectories?: readonly string[] | undefined;
  /** The same for ICC profiles. @defaultValue none */
  readonly profileDirectories?: readonly string[] | undefined;
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
  readonly temporaryDirectory: string;
  readonly fontDirectories: readonly string[];
  readonly profileDirectories: readonly string[];
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
    temporaryDirectory = tmpdir(),
    fontDirectories = [],
    profileDirectories = [],
    logger = silentLogger,
  } = options;
  checkInteger('slots', slots, 1, 256);
  checkInteger('timeoutMs', timeoutMs, 1, maxTimeoutMs);
  checkInteger('maxLogBytes', maxLogBytes, 0, 1024 * 1024);
  checkInteger('maxDocumentBytes', maxDocumentBytes, 1, 512 * 1024 * 1024);
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
    temporaryDirectory,
    fontDirectories: toDirectories('fontDirectories', fontDirectories),
    profileDirectories: toDirectories('profileDirectories', profileDirectories),
    logger,
  });
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new PubpipeError('INVALID_INPUT', `The option ${name} must be an integer from ${min} to ${max}.`, {
    details: { option: name },
  });
}

function toDirectories(name: string, directories: readonly string[]): readonly string[] {
  const isGood = (path: unknown) => typeof path === 'string' && isAbsolute(path) && !/[\n\r\0]/.test(path);
  if (Array.isArray(directories) && directories.length <= 100 && directories.every(isGood)) {
    return Object.freeze(directories.map((path) => resolve(path)));
  }
  throw new PubpipeError('INVALID_INPUT', `The option ${name} must list absolute paths, at most 100.`, {
    details: { option: name },
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
