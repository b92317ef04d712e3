import type {
  PreflightExpectations,
  PreflightFinding,
  PreflightList,
  PreflightReport,
  PreflightSeverity,
} from '@pubpipe/core/driver';
import type { DocumentFacts } from '../document/document-facts.ts';
import type { PageSize, ScribusFacts } from '../protocol/answer.ts';
import { bleedFindings } from './bleed-findings.ts';
import { compact } from './compact.ts';
import { fontFindings, toFonts } from './font-findings.ts';
import { imageFindings, toImage } from './image-findings.ts';
import { profileFindings, toProfiles } from './profile-findings.ts';
import { inFrame, on } from './where.ts';

const maxItems = 1000;
// Names may be long: a report is kept in memory, and read in browsers.
const maxListBytes = 512 * 1024;
const gravity: Readonly<Record<PreflightSeverity, number>> = { error: 0, warning: 1, info: 2 };

/** What a report is made from. */
export interface ReportSources {
  readonly version: string | undefined;
  readonly document: DocumentFacts;
  readonly scribus: ScribusFacts;
  readonly pages: readonly PageSize[];
  readonly expectations: PreflightExpectations;
}

/** Puts together what the document's XML and what Scribus tell. No list of it is longer than 1,000 entries or 512 KiB. */
export function makeReport({ version, document, scribus, pages, expectations }: ReportSources): PreflightReport {
  const isPrinted = document.isPrinted.bind(document);
  const images = scribus.images.map((image) => compact(toImage(image, isPrinted)));
  const fonts = toFonts(document.fonts, scribus.fonts).map(compact);
  const profiles = toProfiles(document, expectations, scribus.profiles);
  const findings = [
    ...images.flatMap((image) => imageFindings(image, expectations)),
    ...fontFindings(fonts, document.fonts),
    ...oversetFindings(scribus.overset, isPrinted),
    ...bleedFindings(document, expectations),
    ...profileFindings(profiles, expectations),
  ]
    .map(compact)
    .toSorted((a, b) => gravity[a.severity] - gravity[b.severity] || (a.page ?? 0) - (b.page ?? 0));

  const cut = new Set<PreflightList>(scribus.cut.flatMap((list) => cutByScript[list] ?? []));
  const bounded = <Item>(list: PreflightList, items: readonly Item[]): readonly Item[] => {
    const kept = firstOf(items);
    if (kept.length < items.length) cut.add(list);
    return kept;
  };
  const numbered = pages.map(({ widthPt, heightPt }, index) => ({ number: index + 1, widthPt, heightPt }));
  return {
    version: 1,
    document: compact({
      madeWith: version,
      information: document.information,
      colorManaged: document.colorManaged,
      bleed: document.bleed,
    }),
    expectations,
    pageCount: pages.length,
    pages: bounded('pages', numbered),
    fonts: bounded('fonts', fonts),
    images: bounded('images', images),
    colors: bounded('colors', document.colors),
    layers: bounded('layers', document.layers),
    profiles,
    findings: bounded('findings', findings),
    cut: [...cut],
  };
}

// What the script could not tell may have been a finding.
const cutByScript: Readonly<Record<string, readonly PreflightList[]>> = {
  images: ['images', 'findings'],
  fonts: ['fonts', 'findings'],
  overset: ['findings'],
};

const oversetFindings = (
  overset: ScribusFacts['overset'],
  isPrinted: DocumentFacts['isPrinted'],
): readonly PreflightFinding[] =>
  overset
    .map(({ page, object }) => ({ page: page ?? undefined, object }))
    .filter(({ page, object }) => isPrinted(page, object))
    .map(({ page, object }) => ({
      check: 'overset-text',
      severity: 'error',
      message: `The text in the frame${inFrame(object)}${on(page)} is longer than its room.`,
      page,
      object,
    }));

function firstOf<Item>(items: readonly Item[]): readonly Item[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return index === maxItems || bytes > maxListBytes;
  });
  return end === -1 ? items : items.slice(0, end);
}
