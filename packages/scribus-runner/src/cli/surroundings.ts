import type { Screen } from './screen.ts';

/** What the command runs in. */
export interface Surroundings {
  readonly args: readonly string[];
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** Whether progress bars may be drawn on `stderr`. */
  readonly live: boolean;
  /** Version of this package. */
  readonly version: string;
  /** Interrupts the command. */
  readonly signal: AbortSignal;
}
