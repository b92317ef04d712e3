import type { Writable } from 'node:stream';

/** A stream that may be a terminal. */
export type Screen = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** Where lines are printed. */
export interface Printer {
  /** Results. */
  out(text: string): void;
  /** Faults, and what goes on. */
  err(text: string): void;
}

/** One line of it: names in documents may hold line breaks, and what a terminal obeys. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
