import type { PageSize } from '../protocol/answer.ts';
import { mismatch } from './mismatch.ts';

/** What a page image must be. */
export interface ExpectedPageImage {
  readonly pageSize: PageSize;
  readonly dpi: number;
}

// Scribus rounds to the nearest pixel, and computes some sizes through whole dots per metre.
const tolerancePx = 1;

/**
 * Checks that an image has as many pixels as its page at the dpi that were asked for.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it has not.
 */
export function checkImageSize(
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  { pageSize, dpi }: ExpectedPageImage,
): void {
  const askedWidthPx = (pageSize.widthPt * dpi) / 72;
  const askedHeightPx = (pageSize.heightPt * dpi) / 72;
  const near = (got: number, asked: number) => got >= 1 && Math.abs(got - asked) <= tolerancePx;
  if (near(widthPx, askedWidthPx) && near(heightPx, askedHeightPx)) return;
  throw mismatch(
    `The page image has ${widthPx} × ${heightPx} pixels instead of ${Math.round(askedWidthPx)} × ${Math.round(askedHeightPx)}.`,
    { widthPx: Math.round(askedWidthPx), heightPx: Math.round(askedHeightPx) },
    { widthPx, heightPx },
  );
}
