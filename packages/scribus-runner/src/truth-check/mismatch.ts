import { PubpipeError } from '@pubpipe/core/driver';

/** The `OUTPUT_MISMATCH` error: what was asked of a file and what it turned out to be. */
export const mismatch = (sentence: string, asked: unknown, got: unknown, cause?: unknown): PubpipeError =>
  new PubpipeError('OUTPUT_MISMATCH', sentence, { details: { asked, got }, cause });
