import { PubpipeError } from '@pubpipe/core/driver';
import type { PageSize } from '../protocol/answer.ts';
import type { ParsedRendition } from './parse-renditions.ts';

// Scribus holds an image as a whole, 4 bytes a pixel, and more than once.
const maxPixels = 250_000_000;

/**
 * Checks a request against the document that has been opened.
 *
 * @throws PubpipeError `INVALID_INPUT` when it asks for a page that is not there, details `page`, `pageCount`,
 * or for an image that is too large, details `page`, `pixels`.
 */
export function fitDocument(renditions: readonly ParsedRendition[], pages: readonly PageSize[]): void {
  for (const rendition of renditions) {
    checkPageNumbers(rendition, pages.length);
    if (rendition.kind !== 'pdf') checkImageSizes(rendition, pages);
  }
}

/** Numbers of the pages that a rendition has, in their order. */
export const pageNumbersOf = ({ pages }: Pick<ParsedRendition, 'pages'>, pageCount: number): readonly number[] =>
  pages ?? Array.from({ length: pageCount }, (_, index) => index + 1);

function checkPageNumbers({ pages }: ParsedRendition, pageCount: number): void {
  const beyond = pages?.find((page) => page > pageCount);
  if (beyond === undefined) return;
  throw new PubpipeError('INVALID_INPUT', `The document has no page ${beyond}: it has ${pageCount}.`, {
    details: { page: beyond, pageCount },
  });
}

function checkImageSizes(
  rendition: { readonly dpi: number } & Pick<ParsedRendition, 'pages'>,
  sizes: readonly PageSize[],
): void {
  for (const page of pageNumbersOf(rendition, sizes.length)) {
    const { widthPt, heightPt } = sizes[page - 1] ?? { widthPt: 0, heightPt: 0 };
    const pixels = Math.round((widthPt * heightPt * rendition.dpi ** 2) / 72 ** 2);
    if (pixels <= maxPixels) continue;
    throw new PubpipeError(
      'INVALID_INPUT',
      `The image of page ${page} would have ${pixels} pixels, more than ${maxPixels}: ask for fewer dpi.`,
      { details: { page, pixels } },
    );
  }
}
