import { passedOnDisk } from './engine/disk-usage.ts';
import type { RenderLimits } from './options/render-limits.ts';
import type { PassedTogether } from './passed-together.ts';

const pauseMs = 500;
/** Scribus' settings and the images that it converts, with what a document of many pages takes. */
const maxFiles = 20_000;
const ownBytes = 64 * 1024 ** 2;

/**
 * Looks about twice a second at what a render has in its directories: the system bounds each file for itself, and not
 * how many there are. For what Scribus writes for its own use there is as much room again as for its output.
 */
export class DiskWatch {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `onPassed` is called at most once. */
  constructor(
    directories: readonly string[],
    { outputBytes }: Pick<RenderLimits, 'outputBytes'>,
    onPassed: (passed: PassedTogether) => void,
  ) {
    const bytes = 2 * outputBytes + ownBytes;
    const look = async () => {
      const passed = await passedOnDisk(directories, { bytes, files: maxFiles });
      if (this.#stopped) return;
      if (passed === undefined) this.#timer = setTimeout(look, pauseMs);
      else
        onPassed(
          passed === 'files' ? { limit: 'files', value: maxFiles } : { limit: 'outputBytes', value: outputBytes },
        );
    };
    this.#timer = setTimeout(look, pauseMs);
  }

  /** Looks no more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
