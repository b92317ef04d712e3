import { PubpipeError } from '@pubpipe/core/driver';

/** The error for a Scribus that the system can't start. */
export function unavailable(program: string, cause: NodeJS.ErrnoException): PubpipeError {
  const why = cause.code === 'ENOENT' ? 'there is no such program' : `it failed with ${cause.code}`;
  return new PubpipeError(
    'RENDERER_UNAVAILABLE',
    `Scribus can't be started as "${program}", ${why}: install it (on Debian and Ubuntu: apt install scribus) ` +
      'or say in the option scribus where it is.',
    { cause, details: { program } },
  );
}
