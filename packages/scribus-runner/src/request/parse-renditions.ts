import { type AssetName, pageImageName, pdfName, type RenditionRequest } from '@pubpipe/core/driver';
import type { ScripterRendition } from '../protocol/request.ts';
import { type PdfAttributes, toPdfAttributes } from './pdf-attributes.ts';
import { isPdfx, type PdfSettings, toPdfSettings } from './pdf-settings.ts';

/** A PDF that is wanted, complete. */
export interface ParsedPdf {
  readonly kind: 'pdf';
  readonly name: AssetName;
  readonly pages: readonly number[] | undefined;
  readonly settings: PdfSettings;
  readonly attributes: PdfAttributes;
}

/** A set of page images that is wanted, complete. */
interface ParsedPageImages {
  readonly kind: 'png' | 'jpeg';
  readonly prefix: string;
  readonly nameOf: (page: number) => AssetName;
  readonly pages: readonly number[] | undefined;
  readonly dpi: number;
}

/** One thing that a render makes, complete and checked. */
export type ParsedRendition = ParsedPdf | ParsedPageImages;

/**
 * Checks what a render is asked to make and fills in what is left out.
 *
 * @throws PubpipeError `INVALID_INPUT` saying what is wrong.
 */
export async function toParsedRenditions(renditions: unknown): Promise<readonly ParsedRendition[]> {
  // With a library of schemas, which takes longer to load than all that a start of Scribus needs.
  const { parseRenditions } = await import('@pubpipe/core');
  return Object.freeze(parseRenditions(renditions).map(toParsedRendition));
}

function toParsedRendition(rendition: RenditionRequest): ParsedRendition {
  const { kind, pages } = rendition;
  if (kind === 'pdf') {
    const settings = toPdfSettings(rendition.profile, rendition.options);
    return { kind, pages, name: pdfName(rendition.fileName), settings, attributes: toPdfAttributes(settings) };
  }
  const { prefix = 'page-', dpi = 72 } = rendition;
  return { kind, pages, prefix, dpi, nameOf: (page) => pageImageName({ kind, prefix }, page) };
}

/** What the script in Scribus is told of a rendition of a document, which is `annotated` if it has links, fields or notes. */
export function toScripterRendition(
  rendition: ParsedRendition,
  { annotated }: { readonly annotated: boolean },
): ScripterRendition {
  const pages = rendition.pages ?? null;
  if (rendition.kind !== 'pdf') return { kind: rendition.kind, pages, dpi: rendition.dpi };
  const { profile, fonts, outputIntent } = rendition.settings;
  return {
    kind: 'pdf',
    pages,
    attributes: rendition.attributes,
    // With subsets, Scribus 1.5.8 dies of the text of a link or field.
    wholeFonts: fonts === 'full' || annotated,
    outputIntent: isPdfx(profile) ? { profile: outputIntent?.profile ?? null, info: outputIntent?.info ?? null } : null,
  };
}

/** Names of the printer profiles that a request asks for, of PDF/X. */
export const askedProfiles = (renditions: readonly ParsedRendition[]): readonly string[] =>
  renditions.flatMap((rendition) => {
    const name = rendition.kind === 'pdf' ? rendition.settings.outputIntent?.profile : undefined;
    return name === undefined ? [] : [name];
  });
