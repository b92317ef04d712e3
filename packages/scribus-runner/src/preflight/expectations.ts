import { isPrintProfile, type PreflightExpectations, type RenditionRequest } from '@pubpipe/core/driver';

// What eyes tell at reading distance, and what a screen shows.
const printPpi = 150;
const screenPpi = 72;
const threeMillimetres = (3 * 72) / 25.4;
const toCmyk: ReadonlySet<string> = new Set(['print', 'pdf/x-1a']);

/** The PDF profiles that a request names. */
export const profilesOf = (renditions: readonly RenditionRequest[]): readonly string[] =>
  renditions.flatMap((rendition) => {
    const profile: unknown = 'profile' in rendition ? rendition.profile : undefined;
    return typeof profile === 'string' ? [profile] : [];
  });

/** What the document must have so that it can be made under all these profiles. */
export function expectationsOf(profiles: readonly string[]): PreflightExpectations {
  const print = profiles.some(isPrintProfile);
  return {
    minPpi: print ? printPpi : screenPpi,
    cmyk: profiles.some((profile) => toCmyk.has(profile)),
    outputProfile: profiles.some((profile) => profile.startsWith('pdf/x-')),
    bleedPt: print ? threeMillimetres : 0,
  };
}
