import type { PdfPermission } from '@pubpipe/core';
import type { PageSize } from '../protocol/answer.ts';
import type { PdfBleed } from '../truth-check/expected-pdf.ts';
import { pageNumbersOf } from './fit-document.ts';
import type { ParsedPdf } from './parse-renditions.ts';
import { type PdfAttributes, pdfxNumbers, versionNumbers } from './pdf-attributes.ts';

/** What a PDF must be, whether the request said so or the document's own settings. What is undefined is not known. */
export interface ExpectedPdf {
  /** Sizes of its pages after cutting, in their order, before any rotation. */
  readonly pages: readonly PageSize[];
  /** Opens it; empty if anybody can. */
  readonly password: string;
  /** For display, in degrees. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** How far the bleed box reaches beyond the trim box; undefined if that is what the document says. */
  readonly bleed: PdfBleed | undefined;
  /** Whether marks are drawn. */
  readonly marks: boolean | undefined;
  /** How far the media box reaches beyond the bleed box on each side. */
  readonly marksPt: number | undefined;
  /** As its header says it; PDF/X-1a and X-3 are 1.3, X-4 is 1.6. */
  readonly version: '1.3' | '1.4' | '1.5' | '1.6' | undefined;
  readonly profile: 'pdf/x-1a' | 'pdf/x-3' | 'pdf/x-4' | undefined;
  /** Name of the printer profile of a PDF/X's output intent. */
  readonly outputIntent: string | undefined;
  readonly colour: 'screen' | 'print' | 'grey';
  /** `none`: all of them become process colours; undefined if those of the document stay. */
  readonly spotColours: 'none' | undefined;
  /** Undefined if the document's own settings leave them out, so that viewers replace them. */
  readonly fonts: 'embedded' | 'outlined' | undefined;
  readonly encrypted: boolean;
  /** What may be done without the owner's password, if it is encrypted. */
  readonly allow: readonly PdfPermission[] | undefined;
}

const rotations = [0, 90, 180, 270] as const;

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
  const profile = keyOf(pdfxNumbers, attributes['version']);
  const marksPt = marksOf(attributes);
  return {
    pages: pageNumbersOf(asked, sizes.length).flatMap((page) => sizes[page - 1] ?? []),
    password: written.password,
    rotation: rotations.find((rotation) => rotation === attributes['rotateDeg']) ?? 0,
    bleed: is('useDocBleeds') ? undefined : bleedOf(attributes),
    marks: marksPt > 0,
    marksPt,
    version: profile ? (profile === 'pdf/x-4' ? '1.6' : '1.3') : keyOf(versionNumbers, attributes['version']),
    profile,
    outputIntent: profile && (asked.settings.outputIntent?.profile ?? written.outputIntent ?? undefined),
    colour: is('isGrayscale') ? 'grey' : is('outdst') ? 'print' : 'screen',
    spotColours: is('usespot') && is('outdst') && !is('isGrayscale') ? undefined : 'none',
    fonts: profile ? 'embedded' : fontsOf(attributes['fontEmbedding']),
    encrypted: is('encrypt'),
    allow: is('encrypt') ? allowOf(attributes) : undefined,
  };
}

function bleedOf(attributes: PdfAttributes): PdfBleed {
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

function fontsOf(mode: unknown): ExpectedPdf['fonts'] {
  if (mode === 2) return undefined;
  return mode === 1 ? 'outlined' : 'embedded';
}

function allowOf(attributes: PdfAttributes): readonly PdfPermission[] {
  const names = { print: 'allowPrinting', change: 'allowChange', copy: 'allowCopy', annotate: 'allowAnnots' } as const;
  return (Object.keys(names) as PdfPermission[]).filter((permission) => Boolean(attributes[names[permission]]));
}

const keyOf = <Key extends string>(numbers: Readonly<Record<Key, number>>, number: unknown): Key | undefined =>
  (Object.keys(numbers) as Key[]).find((key) => numbers[key] === number);
