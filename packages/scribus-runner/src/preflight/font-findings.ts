import type { PreflightFinding, PreflightFont } from '@pubpipe/core/driver';
import type { NamedFont } from '../document/document-facts.ts';
import type { ScribusFacts } from '../protocol/answer.ts';
import { on } from './where.ts';

/** The document's fonts, with what Scribus says of each; those that it didn't say anything of are left out. */
export function toFonts(named: readonly NamedFont[], told: ScribusFacts['fonts']): readonly PreflightFont[] {
  const byName = new Map(told.map((font) => [font.name, font]));
  return named.flatMap(({ name, used }) => {
    const font = byName.get(name);
    return font === undefined ? [] : [{ name, used, source: font.source, substitute: font.substitute ?? undefined }];
  });
}

/** Fonts that texts are set in and that are not there. */
export function fontFindings(
  fonts: readonly PreflightFont[],
  named: readonly NamedFont[],
): readonly PreflightFinding[] {
  const users = new Map(named.map(({ name, usedBy }) => [name, usedBy]));
  return fonts
    .filter(({ used, source }) => used && source === 'missing')
    .map(({ name, substitute }) => {
      const { page, object } = users.get(name) ?? {};
      const instead = substitute === undefined ? 'another font' : `"${substitute}"`;
      return {
        check: 'missing-font',
        severity: 'error',
        message: `The font "${name}", used${on(page)}, is missing: ${instead} is printed in its place.`,
        page,
        object,
        facts: { font: name, ...(substitute !== undefined && { substitute }) },
      };
    });
}
