import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../suite.ts';
import { Findings } from './findings.ts';
import { queueTables } from './queue-tables.ts';
import { renderTables } from './render-tables.ts';
import { storageTables } from './storage-tables.ts';

/** The page that shows the report of the suite `peers`. */
export const comparisonPage: string = fileURLToPath(new URL('../../../docs/guide/comparison.md', import.meta.url));

/** What each marked section of the page is made of. */
const sections: Readonly<Record<string, (findings: Findings) => string>> = {
  run: (findings) => findings.describeRun(),
  rendering: renderTables,
  storage: storageTables,
  queue: queueTables,
};

/**
 * The page with its marked sections as the report says. What stands between `<!-- results: name -->` and
 * `<!-- /results -->` is made here; all else is written by hand and stays.
 */
export function withResults(page: string, report: Report): string {
  const findings = new Findings(report);
  const filled = new Set<string>();
  const text = page.replaceAll(
    /(?<=<!-- results: (?<name>[a-z]+) -->\n)[\s\S]*?(?=<!-- \/results -->)/g,
    (_, name: string) => {
      const make = sections[name];
      if (make === undefined) throw new Error(`The page has a section that nobody makes: ${name}`);
      filled.add(name);
      return `\n${make(findings)}\n\n`;
    },
  );
  const missing = Object.keys(sections).filter((name) => !filled.has(name));
  if (missing.length > 0) throw new Error(`The page has no place for: ${missing.join(', ')}`);
  return text;
}

/** Writes the report into the page, and answers its path. */
export function publishComparison(report: Report): string {
  writeFileSync(comparisonPage, withResults(readFileSync(comparisonPage, 'utf8'), report));
  return comparisonPage;
}
