import { checkInteger } from '../options/check-option.ts';
import { type ProgramCommand, toCommand } from '../options/program-command.ts';
import { maxTimeoutMs } from '../scribus-renderer-options.ts';

/** Options of {@link createPdfJoiner}. */
export interface PdfJoinerOptions {
  /** How to start `qpdf`, 11 or newer. @defaultValue 'qpdf', found on PATH */
  readonly qpdf?: ProgramCommand | undefined;
  /** Upper bound of a join, in milliseconds. @defaultValue 900_000 (15 minutes) */
  readonly timeoutMs?: number | undefined;
  /** How many parts there may be. Memory grows with their number and that of their pages. @defaultValue 20_000 */
  readonly maxParts?: number | undefined;
  /** Upper bound of all parts together, and of the result, in bytes. @defaultValue 17_179_869_184 (16 GiB) */
  readonly maxBytes?: number | undefined;
  /** Upper bound of the memory that qpdf may take, in bytes. Kept on Linux only. @defaultValue 4_294_967_296 (4 GiB) */
  readonly maxMemoryBytes?: number | undefined;
}

/** {@link PdfJoinerOptions}, complete and checked. */
export interface ResolvedPdfJoinerOptions {
  readonly qpdf: readonly [string, ...string[]];
  readonly timeoutMs: number;
  readonly maxParts: number;
  readonly maxBytes: number;
  readonly maxMemoryBytes: number;
}

const gib = 1024 ** 3;

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` naming the option that is wrong.
 */
export function resolvePdfJoinerOptions({
  qpdf = 'qpdf',
  timeoutMs = 900_000,
  maxParts = 20_000,
  maxBytes = 16 * gib,
  maxMemoryBytes = 4 * gib,
}: PdfJoinerOptions): ResolvedPdfJoinerOptions {
  checkInteger('timeoutMs', timeoutMs, 1, maxTimeoutMs);
  checkInteger('maxParts', maxParts, 1, 100_000);
  checkInteger('maxBytes', maxBytes, 1, Number.MAX_SAFE_INTEGER);
  checkInteger('maxMemoryBytes', maxMemoryBytes, 64 * 1024 * 1024, Number.MAX_SAFE_INTEGER);
  return Object.freeze({ qpdf: toCommand('qpdf', qpdf), timeoutMs, maxParts, maxBytes, maxMemoryBytes });
}
