import { fileURLToPath } from 'node:url';

/** Absolute path of the script that runs inside Scribus. */
export const scripterPath: string = fileURLToPath(new URL('../scripter/render.py', import.meta.url));

/**
 * The command that runs our script inside Scribus, for one job or, `warm`, for many. Further words tell it how many at
 * once, and where it runs.
 */
export const scribusCommand = (
  [program, ...args]: readonly [string, ...string[]],
  mode: 'once' | 'warm',
  ...words: readonly ('in-bubblewrap' | `places=${number}`)[]
): readonly [string, ...string[]] =>
  // `-py` must be the last option: what follows belongs to the script.
  [program, ...args, '-platform', 'offscreen', '-g', '-ns', '-py', scripterPath, mode, ...words];
