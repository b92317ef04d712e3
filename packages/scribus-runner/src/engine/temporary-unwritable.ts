import { PubpipeError } from '@pubpipe/core/driver';

/** The `OUTPUT_UNWRITABLE` error of a directory for temporary files. */
export const temporaryUnwritable = (
  reason: string,
  { cause, ...details }: { readonly cause?: unknown; readonly [detail: string]: unknown } = {},
): PubpipeError =>
  new PubpipeError('OUTPUT_UNWRITABLE', `The directory for temporary files can't be written: ${reason}.`, {
    cause,
    details,
  });

/** The same, of what the system says when something in it can't be made. */
export const temporaryRefused = (cause: unknown): PubpipeError =>
  temporaryUnwritable((cause as NodeJS.ErrnoException).code ?? 'unknown reason', { cause });
