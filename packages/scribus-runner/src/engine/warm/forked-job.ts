import { Readable } from 'node:stream';
import type { ProcessEnd } from '../scribus-engine.ts';

// A job has a few answers of a few KiB; one that floods the line is ended.
const maxUnreadBytes = 16 * 1024 * 1024;

/** What a fork server's process keeps of one job. */
export class ForkedJob {
  /** What the process says, as bytes. */
  readonly said: Readable = new Readable({ read() {} });
  /** Resolves when the process and all that it has started are gone. */
  readonly ended: Promise<ProcessEnd>;
  /** Number and start time of the process, from when it was forked until it is gone: others may get the number then. */
  process: { readonly pid: number; readonly startTime?: number | undefined } | undefined;
  /** Whether it was to be killed, maybe before it was there. */
  killed = false;
  readonly #end: (end: ProcessEnd) => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
    this.ended = promise;
    this.#end = resolve;
    // Whoever reads hears of the end through `ended`.
    this.said.on('error', () => {});
  }

  /** Takes what the process says; false when it says more than anybody reads. */
  say(bytes: Buffer): boolean {
    this.said.push(bytes);
    return this.said.readableLength <= maxUnreadBytes;
  }

  /** Notes the end of the process. */
  end(end: ProcessEnd): void {
    this.process = undefined;
    this.said.push(null);
    this.#end(end);
  }
}
