import { PubpipeError } from '@pubpipe/core/driver';
import type { DocumentFacts } from '../document/document-facts.ts';
import type { ScribusFacts } from '../protocol/answer.ts';
import { askedProfiles, type ParsedRendition } from './parse-renditions.ts';
import { isPdfx } from './pdf-settings.ts';

type Present = Pick<ScribusFacts, 'profiles' | 'outputProfiles'>;

/**
 * Refuses a printer profile that a request names and that is not there: Scribus would fail to export, and not say why.
 *
 * @throws PubpipeError `INVALID_INPUT` with details `profile`, and `available`: the first names of those that are there.
 */
export function refuseMissingOutputIntent(renditions: readonly ParsedRendition[], present: Present): void {
  const profile = askedProfiles(renditions).find((name) => !present.profiles.includes(name));
  if (profile === undefined) return;
  throw missing(`There is no ICC profile "${profile}", for which a PDF/X was asked`, profile, present);
}

/**
 * The same of the printer profile that the document names, where a PDF/X is asked that names none itself.
 *
 * @throws PubpipeError `INVALID_INPUT` as {@link refuseMissingOutputIntent}.
 */
export function refuseMissingOwnOutputIntent(
  renditions: readonly ParsedRendition[],
  document: Pick<DocumentFacts, 'profiles'>,
  present: Present,
): void {
  const takesOwn = renditions.some(
    (rendition) =>
      rendition.kind === 'pdf' &&
      isPdfx(rendition.settings.profile) &&
      rendition.settings.outputIntent?.profile === undefined,
  );
  const own = document.profiles.find(({ use }) => use === 'output')?.name;
  if (!takesOwn || own === undefined || present.profiles.includes(own)) return;
  throw missing(`There is no ICC profile "${own}", which the document names for its press`, own, present);
}

const maxListed = 50;

function missing(sentence: string, profile: string, { outputProfiles }: Present): PubpipeError {
  const available = outputProfiles.slice(0, maxListed);
  const others =
    available.length === 0 ? 'there are none' : `there are ${available.map((name) => `"${name}"`).join(', ')}`;
  return new PubpipeError('INVALID_INPUT', `${sentence}: ${others}.`, { details: { profile, available } });
}
