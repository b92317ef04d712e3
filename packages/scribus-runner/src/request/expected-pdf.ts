import type { PdfPermission } from '@pubpipe/core';
import type { PageSize } from '../protocol/answer.ts';
import { pageNumbersOf } from './fit-document.ts';
import type { ParsedPdf } from './parse-renditions.ts';
import { type PdfAttributes, pdfxNumbers, versionNumbers } from './pdf-attributes.ts';

/** Widths on the four sides, in points. On left pages of a document of facing pages, left and right change places. */
interface SidesPt {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** What a PDF must be, whether the request said so or the document's own settings. */
export interface ExpectedPdf {
  /** Sizes of its pages after cutting, in their order, before any rotation. */
  readonly pages: readonly PageSize[];
  /** Opens it; empty if anybody can. */
  readonly password: string;
  /** How far the bleed box reaches beyond the trim box; `document` is what the document says; undefined is not known. */
  readonly bleedPt: SidesPt | 'document' | undefined;
  /** How far the media box reaches beyond the bleed box on each side; undefined is not known. */
  readonly marksPt: number | undefined;
  /** For display, in degrees. */
  readonly rotation: number;
  /** As its header says it; PDF/X-1a and X-3 are 1.3, X-4 is 1.6. */
  readonly pdfVersion: '1.3' | '1.4' | '1.5' | '1.6' | undefined;
  readonly pdfx: 'pdf/x-1a' | 'pdf/x-3' | 'pdf/x-4' | undefined;
  /** Name of the profile of a PDF/X's output intent. */
  readonly outputIntent: string | undefined;
  readonly colour: 'screen' | 'print' | 'grey';
  /** Whether spot colours are inks of their own. */
  readonly spotColours: 'keep' | 'process';
  /** `none`: neither in the file nor as shapes; only a document's own settings can say so. */
  readonly fonts: 'subset' | 'full' | 'outline' | 'none';
  /** What may be done without the owner's password; undefined if it isn't encrypted. */
  readonly allow: readonly PdfPermission[] | undefined;
}

/** What the script tells of a PDF that it has written. */
export interface WrittenPdf {
  readonly password: string;
  /** The attributes with which it was saved. */
  readonly attributes: PdfAttributes;
  readonly outputIntent: string | null;
}

/** What a PDF must be: what was asked, and where nothing was, what the document's own settings were. */
export function toExpectedPdf(asked: ParsedPdf, written: WrittenPdf, sizes: readonly PageSize[]): ExpectedPdf {
  const attributes = { ...written.attributes, ...asked.attributes };
  const is = (name: string): boolean => Boolean(attributes[name]);
  const pdfx = keyOf(pdfxNumbers, attributes['version']);
  return {
    pages: pageNumbersOf(asked, sizes.length).flatMap((page) => sizes[page - 1] ?? []),
    password: written.password,
    bleedPt: is('useDocBleeds') ? 'document' : bleedOf(attributes),
    marksPt: marksOf(attributes),
    rotation: Number(attributes['rotateDeg'] ?? 0),
    pdfVersion: pdfx ? (pdfx === 'pdf/x-4' ? '1.6' : '1.3') : keyOf(versionNumbers, attributes['version']),
    pdfx,
    outputIntent: pdfx && (asked.settings.outputIntent?.profile ?? written.outputIntent ?? undefined),
    colour: is('isGrayscale') ? 'grey' : is('outdst') ? 'print' : 'screen',
    spotColours: is('usespot') && is('outdst') && !is('isGrayscale') ? 'keep' : 'process',
    fonts: fontsOf(asked, attributes, pdfx !== undefined),
    allow: is('encrypt') ? allowOf(attributes) : undefined,
  };
}

function bleedOf(attributes: PdfAttributes): SidesPt {
  const width = (name: string): number => Number(attributes[name] ?? 0);
  return { top: width('bleedt'), right: width('bleedr'), bottom: width('bleedb'), left: width('bleedl') };
}

/** Scribus leaves at least 20 points for the marks that it doesn't draw in the asked length. */
function marksOf(attributes: PdfAttributes): number {
  const some = (...names: readonly string[]): boolean => names.some((name) => Boolean(attributes[name]));
  const fixed = some('registrationMarks', 'colorMarks', 'docInfoMarks');
  if (!fixed && !some('cropMarks', 'bleedMarks')) return 0;
  return Number(attributes['markOffset'] ?? 0) + Math.max(Number(attributes['markLength'] ?? 0), fixed ? 20 : 0);
}

function fontsOf({ settings }: ParsedPdf, attributes: PdfAttributes, pdfx: boolean): ExpectedPdf['fonts'] {
  if (settings.fonts !== undefined) return settings.fonts;
  const mode = pdfx ? 0 : attributes['fontEmbedding'];
  return mode === 1 ? 'outline' : mode === 2 ? 'none' : 'subset';
}

function allowOf(attributes: PdfAttributes): readonly PdfPermission[] {
  const names = { print: 'allowPrinting', change: 'allowChange', copy: 'allowCopy', annotate: 'allowAnnots' } as const;
  return (Object.keys(names) as PdfPermission[]).filter((permission) => Boolean(attributes[names[permission]]));
}

const keyOf = <Key extends string>(numbers: Readonly<Record<Key, number>>, number: unknown): Key | undefined =>
  (Object.keys(numbers) as Key[]).find((key) => numbers[key] === number);
