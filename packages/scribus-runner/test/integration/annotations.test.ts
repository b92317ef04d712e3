import { join } from 'node:path';
import type { PdfOptions, PdfProfile } from '@pubpipe/core';
import { describe, expect, it } from 'vitest';
import { leavesOutScribusRoot } from '../../../../test/kit/scribus-root.ts';
import { documentOf, linkedImage, threePagesWith } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';
import { readPdf } from './read-pdf.ts';
import { installedScribus, openScribus16, type ScribusInstallation } from './scribus-installations.ts';

// As Scribus writes what it doesn't use; without ANMC it dies.
const unused =
  'ANACTION="" ANEACT="" ANXACT="" ANDACT="" ANFOACT="" ANBLACT="" ANKACT="" ANFACT="" ANVACT="" ANCACT="" ANZIEL="0" ' +
  'ANTOOLTIP="" ANBWID="1" ANBSTY="0" ANFEED="1" ANFLAG="0" ANFONT="4" ANFORMAT="0" ANROLL="" ANDOWN="" ANVIS="0" ANMC="-1" ' +
  'ANCHK="0" ANAA="0" ANCHKS="0" ANBCOL="Black" ANHTML="0" ANICON="0" ANPLACE="1" ANSCALE="0" ANITYP="0" ANOPEN="0"';
const annotations = {
  Link: 'ANTYPE="11" ANACTYP="8" ANEXTERN="https://example.com"',
  Widget: 'ANTYPE="3" ANACTYP="0" ANEXTERN=""',
  Text: 'ANTYPE="10" ANACTYP="0" ANEXTERN=""',
};

/** The kinds of annotations that are in a PDF of a document whose first text is an annotation. */
async function annotationsOf(
  { scribus }: ScribusInstallation,
  attributes: string,
  { profile, options }: { readonly profile?: PdfProfile; readonly options?: PdfOptions },
) {
  const { render } = await openRendererForTest({ scribus });
  const text = threePagesWith(/(<PAGEOBJECT [^>]*PTYPE="4")/, `$1 ANNOTATION="1" ${unused} ${attributes}`);
  const renditions = [{ kind: 'pdf', ...(profile && { profile }), ...(options && { options }) } as const];
  const { scratch, result } = await render(documentOf(text, linkedImage), { renditions });
  const { bytes } = readPdf(join(scratch.outputDirectory, result.renditions[0]?.name ?? ''));
  return [...bytes.matchAll(/\/Type \/Annot\s\/Subtype \/(\w+)/g)].map(([, kind]) => kind);
}

const press = {
  profile: 'pdf/x-4',
  options: { outputIntent: { profile: 'ISO Coated v2 300% (basICColor)' } },
} as const;

describe.each(Object.entries(annotations))('a document with an annotation: %s', (kind, attributes) => {
  it('is rendered, with it', async () => {
    expect(await annotationsOf(installedScribus, attributes, {})).toEqual([kind]);
  });

  it('is rendered as PDF/X, without it', async () => {
    expect(await annotationsOf(installedScribus, attributes, press)).toEqual([]);
  });

  // As subsets, and it takes no other way for this font, 1.6.3 dies of the text of an annotation.
  it.skipIf(leavesOutScribusRoot(process.env))(
    'is rendered on Scribus 1.6, in outlines (left out by SCRIBUS_1_6_ROOT=none)',
    async () => {
      const scribus16 = await openScribus16();

      expect(await annotationsOf(scribus16, attributes, { options: { fonts: 'outline' } })).toEqual([kind]);
    },
    700_000,
  );
});
