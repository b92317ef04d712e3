import { PubpipeError } from '@pubpipe/core';
import { askedProfiles, type ParsedRendition } from './parse-renditions.ts';

/**
 * Refuses a printer profile that a request names and that is not there: Scribus would fail to export, and not say why.
 *
 * @param present Names of the ICC profiles that are there, of those that were asked for.
 * @throws PubpipeError `INVALID_INPUT` with details `profile`.
 */
export function refuseMissingOutputIntent(renditions: readonly ParsedRendition[], present: readonly string[]): void {
  const profile = askedProfiles(renditions).find((name) => !present.includes(name));
  if (profile === undefined) return;
  throw new PubpipeError('INVALID_INPUT', `There is no ICC profile "${profile}", for which a PDF/X was asked.`, {
    details: { profile },
  });
}
