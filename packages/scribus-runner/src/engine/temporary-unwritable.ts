import { PubpipeError } from '@pubpipe/core/driver';

/** The `OUTPUT_UNWRITABLE` error of what the system says when a directory for temporary files can't be made. */
export const temporaryUnwritable = (cause: unknown): PubpipeError =>
  new PubpipeError(
    'OUTPUT_UNWRITABLE',
    `The directory for temporary files can't be written: ${(cause as NodeJS.ErrnoException).code}.`,
    { cause },
  );
