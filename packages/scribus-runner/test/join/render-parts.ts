import { join } from 'node:path';
import type { RenditionRequest } from '@pubpipe/core';
import type { RenderableDocument } from '@pubpipe/core/testing';
import { documentOf, linkedImage, printFeaturesWith, threePagesWith } from '../fixtures/documents.ts';
import type { RendererUnderTest } from '../integration/open-renderer.ts';

type PdfRequest = Extract<RenditionRequest, { readonly kind: 'pdf' }>;

// As Scribus writes what it doesn't use.
const unused =
  'ANEACT="" ANXACT="" ANDACT="" ANFOACT="" ANBLACT="" ANKACT="" ANFACT="" ANVACT="" ANCACT="" ANTOOLTIP="" ANBWID="1" ' +
  'ANBSTY="0" ANFEED="1" ANFLAG="0" ANFONT="4" ANFORMAT="0" ANROLL="" ANDOWN="" ANVIS="0" ANMC="-1" ANCHK="0" ANAA="0" ' +
  'ANCHKS="0" ANBCOL="Black" ANHTML="0" ANICON="0" ANPLACE="1" ANSCALE="0" ANITYP="0" ANOPEN="0"';
// Leads from page 1 to page 3.
const toThirdPage = `ANNOTATION="1" ANTYPE="11" ANACTYP="2" ANZIEL="2" ANACTION="10 20" ANEXTERN="" ${unused}`;

/** Three pages of the same words, which lie elsewhere on the first. */
export const shiftedPages = (left: number): RenderableDocument =>
  documentOf(threePagesWith(/(<PAGEOBJECT XPOS=")120(" YPOS="40")/, `$1${left}$2`), linkedImage);

/** Three pages of other words. */
export const otherPages = (): RenderableDocument => documentOf(threePagesWith('First page', 'Zebra'), linkedImage);

/** Three pages with a link from the first to the third. */
export const linkedPages = (): RenderableDocument =>
  documentOf(threePagesWith(/(<PAGEOBJECT [^>]*PTYPE="4")/, `$1 ${toThirdPage}`), linkedImage);

/** Two pages with bleed and two layers. */
export const layeredPages = ({ hidden = false } = {}): RenderableDocument =>
  printFeaturesWith(hidden ? [/(<LAYERS NUMMER="1" [^>]*SICHTBAR=")1"/, '$10"'] : [/^/, '']);

/** Renders a document as PDF and returns the path of the file. */
export async function renderPart(
  { render }: RendererUnderTest,
  document: RenderableDocument,
  request: Omit<PdfRequest, 'kind'> = {},
): Promise<string> {
  const { scratch, result } = await render(document, { renditions: [{ kind: 'pdf', ...request }] });
  return join(scratch.outputDirectory, result.renditions[0]?.name ?? '');
}
