import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { inspectDocument } from './inspect-document.ts';

const { signal } = new AbortController();
const maxBytes = 2 ** 28;

async function inspect(
  content: string | Buffer,
  options: { readonly packed?: boolean; readonly maxBytes?: number; readonly screening?: 'on' | 'off' } = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'inspect-document-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'document');
  await writeFile(path, content);
  return inspectDocument(path, { packed: false, maxBytes, signal, ...options });
}

const withBody = (body: string): string =>
  `<SCRIBUSUTF8NEW Version="1.5.8"><DOCUMENT>${body}</DOCUMENT></SCRIBUSUTF8NEW>`;

it('passes every template that Scribus ships', async () => {
  const templates = globSync('/usr/share/scribus/templates/*/*.sla.gz');
  expect(templates.length, 'templates of Scribus are installed').toBeGreaterThanOrEqual(48);

  const inspected = await Promise.all(
    templates.map((path) => inspectDocument(path, { packed: true, maxBytes, signal })),
  );

  expect(inspected.map(({ version }) => version)).not.toContain(undefined);
  expect(inspected.filter(({ needsGhostscript }) => needsGhostscript)).toEqual([]);
});

it.each(['SCRIBUSUTF8NEW', 'SCRIBUSUTF8', 'SCRIBUS'])('knows the root %s', async (root) => {
  expect((await inspect(`<${root} Version="1.2"><DOCUMENT/></${root}>`)).version).toBe('1.2');
});

it.each([
  { what: 'nothing', content: '', code: 'DOCUMENT_EMPTY' },
  { what: 'white space', content: ' \n\t', code: 'DOCUMENT_EMPTY' },
  { what: 'the beginning of a document', content: withBody('').slice(0, -4), code: 'DOCUMENT_TRUNCATED' },
  { what: 'half a root', content: '<SCRIBUSUTF8NEW Version="1.', code: 'DOCUMENT_TRUNCATED' },
  { what: 'a root without a document', content: '<SCRIBUSUTF8NEW Version="1.5.8"/>', code: 'DOCUMENT_UNREADABLE' },
  { what: 'other XML', content: '<svg/>', code: 'DOCUMENT_UNREADABLE' },
  { what: 'wrongly nested elements', content: withBody('<A><B></A></B>'), code: 'DOCUMENT_UNREADABLE' },
  { what: 'something after the end', content: `${withBody('')}more`, code: 'DOCUMENT_UNREADABLE' },
  { what: 'UTF-16', content: Buffer.from(withBody(''), 'utf16le'), code: 'DOCUMENT_UNREADABLE' },
  { what: 'gzip under a plain name', content: gzipSync(withBody('')), code: 'DOCUMENT_UNREADABLE' },
])('refuses $what: $code', async ({ content, code }) => {
  await expect(inspect(content)).rejects.toMatchObject({ code });
});

it.each([
  { what: 'nothing', content: '', code: 'DOCUMENT_EMPTY' },
  { what: 'gzip of nothing', content: gzipSync(''), code: 'DOCUMENT_EMPTY' },
  { what: 'gzip without its checksum', content: gzipSync(withBody('')).subarray(0, -8), code: 'DOCUMENT_TRUNCATED' },
  { what: 'plain text', content: withBody(''), code: 'DOCUMENT_UNREADABLE' },
])('refuses $what under a packed name: $code', async ({ content, code }) => {
  await expect(inspect(content, { packed: true })).rejects.toMatchObject({ code });
});

it('says in which line the fault is', async () => {
  const document = withBody('\n\n<A></B>\n');

  await expect(inspect(document)).rejects.toMatchObject({
    details: { line: 3 },
    message: expect.stringContaining('line 3'),
  });
});

it('lets Scribus judge what is XML by most letters', async () => {
  expect(await inspect(withBody('\n<A b="&#5;"/>'))).toMatchObject({ doubt: { line: 2 } });
  expect(await inspect(withBody('<A b="\u0005"/>'))).toMatchObject({ doubt: { line: 1 } });
});

it('resolves no entities of a document type that screening lets pass', async () => {
  const secret = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>';

  const { linkedImages, doubt } = await inspect(secret + withBody('<PAGEOBJECT PTYPE="2" OwnPage="0" PFILE="&e;"/>'), {
    screening: 'off',
  });

  expect(linkedImages).toMatchObject([{ file: '&e;' }]);
  expect(doubt).toMatchObject({ reason: 'undefined entity' });
});

it('does not unpack without end', async () => {
  const bomb = gzipSync(withBody(' '.repeat(2_000_000)));

  await expect(inspect(bomb, { packed: true, maxBytes: 1_000_000 })).rejects.toMatchObject({
    code: 'DOCUMENT_UNREADABLE',
    details: { maxDocumentBytes: 1_000_000 },
  });
});

it('finds linked images on pages, master pages, in groups and in texts, and leaves out the rest', async () => {
  const image = (element: string, attributes: string) => `<${element} PTYPE="2" ${attributes}/>`;
  const { linkedImages } = await inspect(
    withBody(
      [
        `<PAGEOBJECT PTYPE="12" OwnPage="2">${image('PAGEOBJECT', 'OwnPage="2" ANNAME="in group" PFILE="a.png"')}</PAGEOBJECT>`,
        image('MASTEROBJECT', 'OwnPage="0" OnMasterPage="Cover" PFILE="b.png"'),
        image('FRAMEOBJECT', 'OwnPage="0" PFILE="c.png"'),
        image('PAGEOBJECT', 'OwnPage="-1" PFILE="beside-the-pages.png"'),
        image('PAGEOBJECT', 'OwnPage="0" PFILE=""'),
        image('PAGEOBJECT', 'OwnPage="0" PFILE="embedded.png" isInlineImage="1"'),
        `<Pattern><PatternItem PTYPE="12">${image('PAGEOBJECT', 'OwnPage="0" PFILE="in-pattern.png"')}</PatternItem></Pattern>`,
        image('FRAMEOBJECT', 'OwnPage="0" OnMasterPage="Back" PFILE="d.png"'),
        '<PAGEOBJECT PTYPE="4" OwnPage="0" PFILE="not-an-image-frame.png"/>',
      ].join('\n'),
    ),
  );

  expect(linkedImages).toEqual([
    { file: 'a.png', object: 'in group', page: 3, master: null },
    { file: 'b.png', object: null, page: null, master: 'Cover' },
    { file: 'c.png', object: null, page: null, master: null },
    { file: 'd.png', object: null, page: null, master: 'Back' },
  ]);
});

it('tells of no more images than there is room for on a line', async () => {
  const frame = `<PAGEOBJECT PTYPE="2" OwnPage="0" ANNAME="${'n'.repeat(5000)}" PFILE="${'p'.repeat(1000)}"/>`;

  const { linkedImages } = await inspect(withBody(frame.repeat(4000)));

  expect(linkedImages.length).toBeGreaterThan(1000);
  expect(JSON.stringify(linkedImages).length).toBeLessThan(4 * 2 ** 20);
});

it('finds no edge where two pages meet', async () => {
  const page = (index: number, x: number) =>
    `<PAGE NUM="${index}" MNAM="" PAGEXPOS="${x}" PAGEYPOS="0" PAGEWIDTH="100" PAGEHEIGHT="100"/>`;
  const object = '<PAGEOBJECT PTYPE="6" OwnPage="1" PCOLOR="Black" XPOS="100" YPOS="40" WIDTH="100" HEIGHT="10"/>';

  const sidesOf = async (...pages: readonly string[]) =>
    (await inspect(withBody(pages.join('') + object))).facts.edgeObjects.map(({ side }) => side);

  expect(await sidesOf(page(0, 0), page(1, 100))).toEqual(['right']);
  expect(await sidesOf(page(0, 0), page(1, 100), page(2, 200))).toEqual([]);
  expect(await sidesOf(page(0, 500), page(1, 100), page(2, 600))).toEqual(['right', 'left']);
});

it('tells images in groups of a page from those in groups of a master page, as Scribus writes them', async () => {
  const path = new URL('../../test/fixtures/master-groups.sla', import.meta.url).pathname;

  const { linkedImages } = await inspectDocument(path, { packed: false, maxBytes, signal });

  expect(linkedImages).toEqual([
    { file: 'red.png', object: 'image on Used', page: null, master: 'Used' },
    { file: 'red.png', object: 'image on Unused', page: null, master: 'Unused' },
    { file: 'red.png', object: 'image on page 1', page: 1, master: null },
  ]);
});

it('is cancelled by its signal', async () => {
  const reason = new Error('The customer has left.');

  const inspection = inspectDocument('/dev/zero', { packed: false, maxBytes, signal: AbortSignal.abort(reason) });

  await expect(inspection).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
});
