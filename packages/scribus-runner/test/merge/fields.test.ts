import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Renderer } from '@pubpipe/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRenderer, type RendererUnderTest } from '../integration/open-renderer.ts';
import { readPdf } from '../integration/read-pdf.ts';
import { inOrder, openMerge, wordsOf } from './open-merge.ts';

let opened: RendererUnderTest;
let renderer: Renderer;
beforeAll(async () => {
  opened = await openRenderer({ slots: 2 });
  renderer = opened.renderer;
});
afterAll(() => opened.close());

const header = 'name,city,id,colour,font';

it('fills tables, master pages, groups, bookmarks, links, fonts, shades and gradients', async () => {
  const { merge } = await openMerge(renderer, 'fields.sla');
  const rows = ['"A & <B>",Köln,7/a?b=c,Ocean,DejaVu Sans Bold', 'Bert,,8,Leaf,DejaVu Serif Book'];

  const documents = await inOrder(
    await merge(`${header}\n${rows.join('\n')}\n`, {
      renditions: [{ kind: 'pdf', options: { bookmarks: true } }],
    }),
  );

  const pdfs = documents.map((document) => {
    if (document.status === 'failed') throw document.error;
    return join(document.directory, 'document.pdf');
  });
  expect(pdfs.map(wordsOf)).toEqual([
    'Of A & <B> A & <B> in Köln A & <B> in Köln One: A & <B> Two: Köln A & <B> Set in DejaVu Sans Bold',
    'Of Bert Bert in Bert in One: Bert Two: Bert Set in DejaVu Serif Book',
  ]);
  const read = pdfs.map((pdf) => readPdf(pdf));
  expect(read.map(({ fonts }) => fontNamesOf(fonts))).toEqual([
    ['DejaVuSans', 'DejaVuSans-Bold'],
    ['DejaVuSans', 'DejaVuSerif'],
  ]);
  expect(read.map(({ bytes }) => /\/URI \(([^)]*)\)/.exec(bytes)?.[1])).toEqual([
    'https://example.org/people/7/a?b=c',
    'https://example.org/people/8',
  ]);
  // The title of the document, and that of its bookmark.
  expect(
    read.map(({ bytes }) => [...bytes.matchAll(/\/Title ?<FEFF([\dA-F]*)>/g)].map(([, hex = '']) => toText(hex))),
  ).toEqual([
    ['1', 'A & <B>'],
    ['2', 'Bert'],
  ]);
  // In the middle of the frame that is filled with half of the colour, and of the gradient.
  expect(pdfs.map((pdf) => [colourAt(pdf, 40, 180), colourAt(pdf, 110, 180)])).toEqual([
    [
      [128, 128, 255],
      [0, 0, 255],
    ],
    [
      [128, 255, 128],
      [0, 255, 0],
    ],
  ]);
});

it('takes hostile values for the text that they are', async () => {
  const { merge } = await openMerge(renderer, 'fields.sla');
  const values = [
    '=HYPERLINK("http://x";"y")',
    '"/><PAGEOBJECT PTYPE="9"/>&lt;&#0;',
    '../../etc/passwd',
    '%SG_NEXT-RECORD%%VAR_city%%QR_name%',
    'long '.repeat(300),
  ];
  const rows = values.map((value) => `"${value.replaceAll('"', '""')}",C,8,Leaf,`);

  const documents = await inOrder(await merge(`${header}\n${rows.join('\n')}\nx,C,8,Mauve,\n`));

  const outcomes = documents.map((document) =>
    document.status === 'failed' ? document.error.code : wordsOf(join(document.directory, 'document.pdf')),
  );
  expect(outcomes.slice(0, 4)).toEqual(
    values.slice(0, 4).map((value) => expect.stringContaining(`One: ${value} Two: C`)),
  );
  const [, , , , huge] = documents;
  expect(
    huge?.status === 'rendered' && huge.result.findings.map(({ check, object }) => `${check} ${object}`),
  ).toContain('overset-text head');
  expect(outcomes.at(-1)).toBe('RECORD_INVALID');
});

const fontNamesOf = (fonts: readonly string[]) =>
  [...new Set(fonts.map((font) => font.replace(/^(?:\w+\+)?(\S*).*$/, '$1')))].toSorted();
const toText = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');

/** The colour of a page at a place, in points from its upper left corner. */
function colourAt(pdf: string, x: number, y: number): readonly number[] {
  const place = ['-x', String(x), '-y', String(y), '-W', '1', '-H', '1'];
  return [...execFileSync('pdftoppm', ['-r', '72', ...place, pdf]).subarray(-3)];
}
