import { tmpdir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import process from 'node:process';
import { type Logger, noRendererMetrics, PubpipeError, type RendererMetrics, silentLogger } from '@pubpipe/core/driver';
import type { AfterExport } from './after-export.ts';
import type { ScreeningMode } from './document/screening/screening.ts';
import { defaultCacheDirectory } from './options/cache-directory.ts';
import { checkInteger, checkWord } from './options/check-option.ts';
import { defaultSlots } from './options/default-slots.ts';
import { type ProgramCommand, toCommand } from './options/program-command.ts';
import { type RenderLimits, resolveRenderLimits } from './options/render-limits.ts';
import { type RenewalOptions, resolveRenewal } from './options/renewal-options.ts';
import type { CheckRendition } from './truth-check/check-rendition.ts';

/** Options of {@link createScribusRenderer}. */
export interface ScribusRendererOptions {
  /**
   * How to start Scribus. A wrapper must end by becoming Scribus (`exec`), pass on file descriptors
   * 3 and 4, and see the directories of the render and this package under the same paths.
   * @defaultValue 'scribus', found on PATH
   */
  readonly scribus?: ProgramCommand | undefined;
  /**
   * `warm` keeps one Scribus ready and forks a process from it for each render; `cold` starts Scribus for
   * each, which takes much longer. Both give the same results.
   * @defaultValue 'warm' on Linux, 'cold' elsewhere, where it is the only way
   */
  readonly mode?: 'warm' | 'cold' | undefined;
  /** Renders that can be under way at once, each a process, while the files of as many again are checked. @defaultValue as many as there are processors and as fit in memory, at most 8 */
  readonly slots?: number | undefined;
  /**
   * How many records of a merge a process makes before it ends, as long as they are short. All of them come from one
   * template and one set of data; with 1 no process ever sees two of them.
   * @defaultValue 25
   */
  readonly recordsPerProcess?: number | undefined;
  /** What one render may use. A limit that runs out is named by the error. */
  readonly limits?: Partial<RenderLimits> | undefined;
  /** When a warm Scribus is replaced; the next is ready before it goes. */
  readonly renewal?: Partial<RenewalOptions> | undefined;
  /**
   * Whether renders are kept from everything but their own files: `required` fails with
   * `RENDERER_UNAVAILABLE` where the system can't do it, `preferred` does what it can.
   * @defaultValue 'preferred'
   */
  readonly sandbox?: SandboxMode | undefined;
  /** Upper bound of a render that doesn't name its own, in milliseconds, from when its place is free. @defaultValue 120_000 */
  readonly timeoutMs?: number | undefined;
  /** How much of the end of Scribus' own output goes into an error's `details.log`, in bytes. @defaultValue 8_192 */
  readonly maxLogBytes?: number | undefined;
  /** Upper bound of a document, unpacked, in bytes. @defaultValue 268_435_456 (256 MiB) */
  readonly maxDocumentBytes?: number | undefined;
  /**
   * Whether documents are screened before Scribus sees them: see {@link ScreeningMode}. Turn it off only for documents
   * that you would open in Scribus yourself.
   * @defaultValue 'on'
   */
  readonly screening?: ScreeningMode | undefined;
  /**
   * What PDFs say when they were made. A fixed date makes renders of the same document the same bytes; `now`
   * leaves what Scribus wrote, and renders differ.
   * @defaultValue 2000-01-01T00:00:00Z
   */
  readonly documentDate?: Date | 'now' | undefined;
  /** Absolute path of the directory in which each render gets a HOME and a TMPDIR of its own. @defaultValue os.tmpdir() */
  readonly temporaryDirectory?: string | undefined;
  /**
   * Absolute path of a directory in which is kept what Scribus finds out about the installed fonts and Ghostscript when it
   * starts, which makes the next starts in `warm` mode shorter, also in other processes; `none` keeps nothing.
   * @defaultValue `pubpipe` in XDG_CACHE_HOME, or in `.cache` in the user's home
   */
  readonly cacheDirectory?: string | undefined;
  /** Sees, and may change, each file before the truth check. @defaultValue none */
  readonly afterExport?: AfterExport | undefined;
  /** A check of your own of each file, after the truth check and before it is handed over. @defaultValue none */
  readonly checkRendition?: CheckRendition | undefined;
  /**
   * Absolute paths of directories whose fonts every document can use, besides the system's. What is
   * added to or taken from them counts for the renders that come after. @defaultValue none
   */
  readonly fontDirectories?: readonly string[] | undefined;
  /** The same for ICC profiles. @defaultValue none */
  readonly profileDirectories?: readonly string[] | undefined;
  /** @defaultValue counts nothing */
  readonly metrics?: RendererMetrics | undefined;
  /** @defaultValue silent */
  readonly logger?: Logger | undefined;
}

/** How much the sandbox is insisted on. */
export type SandboxMode = 'required' | 'preferred' | 'off';

/** {@link ScribusRendererOptions}, complete and checked. */
export interface ResolvedScribusRendererOptions {
  readonly scribus: readonly [string, ...string[]];
  readonly mode: 'warm' | 'cold';
  readonly slots: number;
  readonly recordsPerProcess: number;
  readonly limits: RenderLimits;
  readonly renewal: RenewalOptions;
  readonly sandbox: SandboxMode;
  readonly timeoutMs: number;
  readonly maxLogBytes: number;
  readonly maxDocumentBytes: number;
  readonly screening: ScreeningMode;
  readonly documentDate: Date | 'now';
  readonly temporaryDirectory: string;
  /** Or `none`. */
  readonly cacheDirectory: string;
  readonly afterExport: AfterExport | undefined;
  readonly checkRendition: CheckRendition | undefined;
  readonly fontDirectories: readonly string[];
  readonly profileDirectories: readonly string[];
  readonly metrics: RendererMetrics;
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
    mode = process.platform === 'linux' ? 'warm' : 'cold',
    slots = defaultSlots(),
    recordsPerProcess = 25,
    sandbox = 'preferred',
    timeoutMs = 120_000,
    maxLogBytes = 8192,
    maxDocumentBytes = 256 * 1024 * 1024,
    screening = 'on',
    documentDate = new Date('2000-01-01T00:00:00Z'),
    temporaryDirectory = tmpdir(),
    cacheDirectory = defaultCacheDirectory() ?? 'none',
    afterExport,
    checkRendition,
    fontDirectories = [],
    profileDirectories = [],
    metrics = noRendererMetrics,
    logger = silentLogger,
  } = options;
  checkWord('mode', mode, ['warm', 'cold']);
  if (mode === 'warm' && process.platform !== 'linux') {
    throw new PubpipeError('INVALID_INPUT', 'The mode "warm" needs Linux.', { details: { option: 'mode' } });
  }
  checkWord('sandbox', sandbox, ['required', 'preferred', 'off']);
  checkInteger('slots', slots, 1, 256);
  checkInteger('recordsPerProcess', recordsPerProcess, 1, 1000);
  checkInteger('timeoutMs', timeoutMs, 1, maxTimeoutMs);
  checkInteger('maxLogBytes', maxLogBytes, 0, 1024 * 1024);
  checkInteger('maxDocumentBytes', maxDocumentBytes, 1, 512 * 1024 * 1024);
  checkWord('screening', screening, ['on', 'off']);
  checkHook('afterExport', afterExport);
  checkHook('checkRendition', checkRendition);
  checkDocumentDate(documentDate);
  if (!isAbsolute(temporaryDirectory)) {
    throw new PubpipeError('INVALID_INPUT', 'The option temporaryDirectory must be an absolute path.');
  }
  if (cacheDirectory !== 'none' && !isAbsolute(cacheDirectory)) {
    throw new PubpipeError('INVALID_INPUT', "The option cacheDirectory must be an absolute path, or 'none'.");
  }
  // It becomes part of file names that Ghostscript takes for patterns: `%d` would be a page number.
  if (temporaryDirectory.includes('%')) {
    throw new PubpipeError('INVALID_INPUT', 'The option temporaryDirectory must not hold "%".');
  }
  return Object.freeze({
    scribus: toCommand('scribus', scribus),
    mode,
    slots,
    recordsPerProcess,
    limits: resolveRenderLimits(options.limits),
    renewal: resolveRenewal(options.renewal),
    sandbox,
    timeoutMs,
    maxLogBytes,
    maxDocumentBytes,
    screening,
    documentDate: documentDate === 'now' ? documentDate : new Date(documentDate),
    temporaryDirectory,
    cacheDirectory,
    afterExport,
    checkRendition,
    fontDirectories: toDirectories('fontDirectories', fontDirectories),
    profileDirectories: toDirectories('profileDirectories', profileDirectories),
    metrics,
    logger,
  });
}

function checkHook(name: string, hook: unknown): void {
  if (hook === undefined || typeof hook === 'function') return;
  throw new PubpipeError('INVALID_INPUT', `The option ${name} must be a function.`, { details: { option: name } });
}

function checkDocumentDate(date: Date | 'now'): void {
  // PDF writes years with four digits.
  if (date === 'now' || (date instanceof Date && date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999)) return;
  throw new PubpipeError('INVALID_INPUT', "The option documentDate must be a date of the years 1 to 9999, or 'now'.", {
    details: { option: 'documentDate' },
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
