import type { PreflightExpectations, PreflightFinding, PreflightProfile } from '@pubpipe/core/driver';
import type { DocumentFacts } from '../document/document-facts.ts';

type Named = Pick<DocumentFacts, 'profiles' | 'colorManaged'>;

/** The names of the profiles whose absence changes what is printed. */
export const neededProfiles = ({ profiles, colorManaged }: Named, expected: PreflightExpectations): readonly string[] =>
  profiles.filter(({ use }) => colorManaged || (use === 'output' && expected.outputProfile)).map(({ name }) => name);

/** The document's profiles, with whether they are there, where that was asked. */
export function toProfiles(
  named: Named,
  expected: PreflightExpectations,
  present: readonly string[],
): readonly PreflightProfile[] {
  const needed = new Set(neededProfiles(named, expected));
  return named.profiles.map(({ name, use }) => ({
    name,
    use,
    ...(needed.has(name) && (named.colorManaged || use === 'output') && { present: present.includes(name) }),
  }));
}

/** Profiles that are needed and not there. Without its output profile a PDF/X can't be made at all. */
export const profileFindings = (
  profiles: readonly PreflightProfile[],
  { outputProfile }: PreflightExpectations,
): readonly PreflightFinding[] =>
  profiles
    .filter(({ present }) => present === false)
    .map(({ name, use }) => ({
      check: 'missing-profile',
      severity: use === 'output' && outputProfile ? 'error' : 'warning',
      message: `The ICC profile "${name}" (${use.replace('-', ' ')}) is missing.`,
      facts: { profile: name, use },
    }));
