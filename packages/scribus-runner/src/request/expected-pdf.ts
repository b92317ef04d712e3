import type { PreflightBleed } from '@pubpipe/core/driver';
import type { DocumentFacts } from '../document/document-facts.ts';
import type { PageSize } from '../protocol/answer.ts';
import type { ExpectedPdf } from '../truth-check/expected-pdf.ts';
import { pageNumbersOf } from './fit-document.ts';
import type { ParsedPdf } from './parse-renditions.ts';
import { type PdfAttributes, pdfxNumbers, versionNumbers } from './pdf-attributes.ts';

const rotations = [0, 90, 180, 270] as const;

/** What the script tells of a PDF that it has written. */
interface WrittenPdf {
  readonly password: string;
  /** The attributes with which it was saved. */
  readonly attributes: PdfAttributes;
  readonly outputIntent: string | null;
}

/** What the document itself says of how it is exported and what it needs. */
type OwnFacts = Pick<DocumentFacts, 'bleed' | 'pdfBleed' | 'annotated'>;

/** What {@link toExpectedPdf} is made from. */
export interface ExpectedPdfSources {
  readonly asked: ParsedPdf;
  readonly written: WrittenPdf;
  /** Sizes of the document's pages. */
  readonly sizes: readonly PageSize[];
  readonly document: OwnFacts;
  /** Whether the document was found to have no scripts and to carry no files. */
  readonly screened: boolean;
}

/** What a PDF must be: what was asked, and where nothing was, what the document's own settings were. */
export function toExpectedPdf({ asked, written, sizes, document, screened }: ExpectedPdfSources): ExpectedPdf {
  const attributes = { ...written.attributes, ...asked.attributes };
  const is = (name: string): boolean => Boolean(attributes[name]);
  const profile = keyOf(pdfxNumbers, attributes['version']);
  return {
    pages: pageNumbersOf(asked, sizes.length).flatMap((page) => sizes[page - 1] ?? []),
    password: written.password,
    rotation: rotations.find((rotation) => rotation === attributes['rotateDeg']) ?? 0,
    bleed: bleedOf(asked, document) ?? (is('useDocBleeds') ? document.bleed : widthsOf(attributes)),
    marksPt: marksOf(attributes),
    version: profile ? (profile === 'pdf/x-4' ? '1.6' : '1.3') : keyOf(versionNumbers, attributes['version']),
    profile,
    outputIntent: profile && (asked.settings.outputIntent?.profile ?? written.outputIntent ?? undefined),
    spotColours: is('usespot') && is('outdst') && !is('isGrayscale') ? undefined : 'none',
    fonts: profile ? 'embedded' : fontsOf(attributes['fontEmbedding']),
    encrypted: is('encrypt'),
    drawn: true,
    // Scribus leaves links and fields out of PDF/X.
    annotations: profile || !document.annotated ? 'none' : undefined,
    layers: is('useLayers') ? undefined : 'none',
    actions: screened ? 'none' : undefined,
  };
}

/** What was asked, or else what the document says for itself; undefined where older documents say nothing. */
function bleedOf({ attributes }: ParsedPdf, { bleed, pdfBleed }: OwnFacts): PreflightBleed | undefined {
  const ofDocument = attributes['useDocBleeds'];
  if (ofDocument === undefined) return pdfBleed;
  return ofDocument === 1 ? bleed : widthsOf(attributes);
}

function widthsOf(attributes: PdfAttributes): PreflightBleed {
  const width = (name: string): number => Number(attributes[name] ?? 0);
  return { topPt: width('bleedt'), rightPt: width('bleedr'), bottomPt: width('bleedb'), leftPt: width('bleedl') };
}

/** Scribus leaves at least 20 points for the marks that it doesn't draw in the asked length. */
function marksOf(attributes: PdfAttributes): number {
  const some = (...names: readonly string[]): boolean => names.some((name) => Boolean(attributes[name]));
  const fixed = some('registrationMarks', 'colorMarks', 'docInfoMarks');
  if (!fixed && !some('cropMarks', 'bleedMarks')) return 0;
  return Number(attributes['markOffset'] ?? 0) + Math.max(Number(attributes['markLength'] ?? 0), fixed ? 20 : 0);
}

function fontsOf(mode: unknown): ExpectedPdf['fonts'] {
  if (mode === 2) return undefined;
  return mode === 1 ? 'outlined' : 'embedded';
}

const keyOf = <Key extends string>(numbers: Readonly<Record<Key, number>>, number: unknown): Key | undefined =>
  (Object.keys(numbers) as Key[]).find((key) => numbers[key] === number);
