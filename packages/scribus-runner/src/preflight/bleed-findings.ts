import type { PreflightBleed, PreflightExpectations, PreflightFinding } from '@pubpipe/core/driver';
import type { DocumentFacts } from '../document/document-facts.ts';
import { isTooShort, type Side } from '../document/trim-edges.ts';
import { inFrame, on } from './where.ts';

const inMillimetres = (points: number): string => `${Math.round((points * 254) / 72) / 10} mm`;
const rounded = (points: number): number => Math.round(points * 100) / 100;

/** Objects that are cut at a trim edge but don't reach the bleed, and a document that has too little of it. */
export function bleedFindings(
  { bleed, edgeObjects }: Pick<DocumentFacts, 'bleed' | 'edgeObjects'>,
  { bleedPt: wantedPt }: PreflightExpectations,
): readonly PreflightFinding[] {
  const findings: PreflightFinding[] = [];
  const smallest = Math.min(...Object.values(bleed));
  if (isTooShort(smallest, wantedPt)) {
    findings.push({
      check: 'missing-bleed',
      severity: 'warning',
      message: `The document has a bleed of ${inMillimetres(smallest)}, and print wants ${inMillimetres(wantedPt)}.`,
      facts: { bleedPt: rounded(smallest), wantedPt: rounded(wantedPt) },
    });
  }
  for (const { frame, side, overhangPt } of edgeObjects) {
    const neededPt = Math.max(wantedPt, bleedAt(bleed, side));
    if (neededPt === 0 || !isTooShort(overhangPt, neededPt)) continue;
    const { page, object } = frame;
    findings.push({
      check: 'missing-bleed',
      severity: 'warning',
      message: `The object${inFrame(object)}${on(page)} ends at the ${side} edge: it reaches ${inMillimetres(Math.max(0, overhangPt))} of ${inMillimetres(neededPt)} into the bleed.`,
      page,
      object,
      facts: { side, overhangPt: rounded(overhangPt), wantedPt: rounded(neededPt) },
    });
  }
  return findings;
}

/** In a book, the two sides change with each page: the smaller one is asked of both. */
function bleedAt(bleed: PreflightBleed, side: Side): number {
  if (side === 'top') return bleed.topPt;
  return side === 'bottom' ? bleed.bottomPt : Math.min(bleed.leftPt, bleed.rightPt);
}
