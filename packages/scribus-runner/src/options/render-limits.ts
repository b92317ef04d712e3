import { checkInteger } from './check-option.ts';

/** What one render may use; a limit of time that runs out ends it with `RENDER_TIMEOUT`, any other with `RENDER_LIMIT`. */
export interface RenderLimits {
  /** Renders that may wait for a place, or for a look at their document; one more is refused with `QUEUE_FULL`. @defaultValue 1_000 */
  readonly waiting: number;
  /** Milliseconds of waiting for a place, and before that for a look at the document. @defaultValue 600_000 */
  readonly waitMs: number;
  /** Milliseconds until Scribus runs; with a warm one, next to none. @defaultValue 30_000 */
  readonly startMs: number;
  /** Milliseconds of opening the document, its images included. @defaultValue 60_000 */
  readonly openMs: number;
  /** Milliseconds of all exports together. @defaultValue 120_000 */
  readonly exportMs: number;
  /** Seconds of processor time of one process: Scribus, or Ghostscript. @defaultValue 120 */
  readonly cpuSeconds: number;
  /**
   * Address space of one process, in bytes; a large image needs it several times. Where there may be several, because
   * Ghostscript is granted or there is no sandbox, their memory together is bounded by it too. @defaultValue 4 GiB
   */
  readonly memoryBytes: number;
  /** All output files together, and any one file that is written, in bytes. @defaultValue 2 GiB */
  readonly outputBytes: number;
  /** Pages of the document, at most 100,000. @defaultValue 2_000 */
  readonly pages: number;
}

/** {@link RenderLimits} unless said otherwise. */
const defaultRenderLimits: RenderLimits = Object.freeze({
  waiting: 1000,
  waitMs: 600_000,
  startMs: 30_000,
  openMs: 60_000,
  exportMs: 120_000,
  cpuSeconds: 120,
  memoryBytes: 4 * 1024 ** 3,
  outputBytes: 2 * 1024 ** 3,
  pages: 2000,
});

const longestTimer = 2 ** 31 - 1;
const bounds: Readonly<Record<keyof RenderLimits, readonly [number, number]>> = {
  waiting: [0, 1_000_000],
  waitMs: [1, longestTimer],
  startMs: [1, longestTimer],
  openMs: [1, longestTimer],
  exportMs: [1, longestTimer],
  cpuSeconds: [1, 86_400],
  memoryBytes: [256 * 1024 ** 2, Number.MAX_SAFE_INTEGER],
  outputBytes: [1024, Number.MAX_SAFE_INTEGER],
  // Their sizes come on one line, and the PDF is read as a whole.
  pages: [1, 100_000],
};

/** @throws PubpipeError `INVALID_INPUT` naming the limit that is wrong. */
export function resolveRenderLimits(limits: Partial<RenderLimits> = {}): RenderLimits {
  const resolved: Record<string, number> = { ...defaultRenderLimits };
  for (const name of Object.keys(bounds) as (keyof RenderLimits)[]) {
    const value = limits[name] ?? defaultRenderLimits[name];
    checkInteger(`limits.${name}`, value, ...bounds[name]);
    resolved[name] = value;
  }
  return Object.freeze(resolved as unknown as RenderLimits);
}
