import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { inspectFiles, withBody } from '../../../test/fixtures/inspect-files.ts';

const unsafe = (reason: string, more: object = {}) => ({ code: 'UNSAFE_DOCUMENT', details: { reason, ...more } });
const inspectBody = (body: string) => inspectFiles({ 'document.sla': withBody(body) });
const frame = (attributes: string) => `<PAGEOBJECT OwnPage="0" ${attributes}/>`;

it.each([
  ['9', 'render-frame'],
  [' 9', 'render-frame'],
  ['9 ', 'render-frame'],
  ['+9', 'render-frame'],
  ['09', 'render-frame'],
  ['&#57;', 'render-frame'],
  ['&#x39;', 'render-frame'],
  ['&#9;9&#10;', 'render-frame'],
  ['10', 'script-3d'],
  ['+10', 'script-3d'],
  ['0', 'unknown-frame'],
  ['18', 'unknown-frame'],
  ['02', 'unknown-frame'],
  ['٩', 'unknown-frame'],
  ['&nine;', 'unknown-frame'],
  ['', 'unknown-frame'],
])('refuses the frame PTYPE="%s": %s', async (kind, reason) => {
  await expect(inspectBody(frame(`PTYPE="${kind}"`))).rejects.toMatchObject(unsafe(reason, { element: 'PAGEOBJECT' }));
});

it.each(['PAGEOBJECT', 'MASTEROBJECT', 'FRAMEOBJECT', 'PatternItem', 'ITEM', 'Anything'])(
  'refuses a render frame that is a %s, wherever it is',
  async (element) => {
    const nested = `<Pattern><PAGEOBJECT PTYPE="12"><${element} PTYPE="9"/></PAGEOBJECT></Pattern>`;

    await expect(inspectBody(`\n\n${nested}`)).rejects.toMatchObject(unsafe('render-frame', { element, line: 3 }));
  },
);

it.each([
  ['<PAGEOBJECT PTYPE="2"><LATEX ConfigFile="x.xml"/></PAGEOBJECT>', 'render-frame'],
  ['<PAGEOBJECT PTYPE="2" modelFile="x.lua"/>', 'script-3d'],
  ['<x:PAGEOBJECT xmlns:x="y" PTYPE="2"/>', 'namespace'],
  ['<JAVA NAME="a" SCRIPT="app.alert(1)"/>', 'javascript'],
  ['<PDF openAction="a"/>', 'javascript'],
  [frame('PTYPE="4" ANACTYP="1" ANACTION="app.alert(1)"'), 'javascript'],
  [frame('PTYPE="4" ANACTYP=" 01" ANACTION="app.alert(1)"'), 'javascript'],
  [frame('PTYPE="4" ANACTYP="8" ANEXTERN="JavaScript:app.alert(1)"'), 'javascript'],
  [frame('PTYPE="4" ANACTYP="0" ANAA="1" ANEACT="app.alert(1)"'), 'javascript'],
  [frame('PTYPE="4" ANACTYP="0" ANFORMAT="5" ANFOACT="app.alert(1)"'), 'javascript'],
  [frame('PTYPE="4" ANACTYP="2" ANACTION="0 0 0] /S /JavaScript ["'), 'pdf-action'],
  [frame('PTYPE="4" ANACTYP="10" ANACTION="x /JS (app.alert\\(1\\))"'), 'pdf-action'],
  [frame('PTYPE="2" isInlineImage="1" ImageData="" inlineImageExt="/../../x"'), 'image-extension'],
  ['<?instruction?>', 'processing-instruction'],
  ['<A>'.repeat(300) + '</A>'.repeat(300), 'limit'],
  [`<A ${Array.from({ length: 1001 }, (_, index) => `a${index}=""`).join(' ')}/>`, 'limit'],
])('refuses %s: %s', async (body, reason) => {
  await expect(inspectBody(body)).rejects.toMatchObject(unsafe(reason, { line: 1 }));
});

it.each([
  ['a document type', '<!DOCTYPE x [<!ENTITY e "9">]>', 'dtd'],
  ['UTF-7', '<?xml version="1.0" encoding="UTF-7"?>', 'encoding'],
  ['a single-byte encoding', '<?xml version="1.0" encoding="ISO-8859-1"?>', 'encoding'],
])('refuses %s', async (_, prolog, reason) => {
  await expect(inspectFiles({ 'document.sla': prolog + withBody('') })).rejects.toMatchObject(unsafe(reason));
});

it('lets pass what designers use: links, fields without scripts, places on pages, all harmless kinds of frames', async () => {
  const kinds = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17].map((kind) => frame(`PTYPE="${kind}"`));
  const body = [
    ...kinds,
    frame('PTYPE="4" ANNOTATION="1" ANTYPE="11" ANACTYP="8" ANACTION="" ANEXTERN="https://example.com/a?b=c"'),
    frame('PTYPE="4" ANNOTATION="1" ANTYPE="11" ANACTYP="2" ANACTION="0 792.5" ANZIEL="2"'),
    frame('PTYPE="4" ANNOTATION="1" ANTYPE="2" ANACTYP="10" ANACTION="NextPage"'),
    frame('PTYPE="4" ANNOTATION="1" ANTYPE="3" ANACTYP="0" ANEACT="" ANFOACT=""'),
    '<PDF openAction=""/>',
    '<DOCUMENT DOCSOURCE="https://example.com" DOCTYPE="flyer" AutoSaveDir="/home/anna"/>',
  ];

  await expect(inspectBody(body.join('\n'))).resolves.toMatchObject({ needsGhostscript: false });
});

it('refuses what is packed as only bombs are', async () => {
  const bomb = gzipSync(withBody(' '.repeat(40_000_000)));

  const inspection = inspectFiles({ 'document.sla.gz': bomb });

  await expect(inspection).rejects.toMatchObject(unsafe('gzip-ratio'));
});

it('cuts what it shows of a document', async () => {
  const inspection = inspectBody(`<JAVA SCRIPT="${'x'.repeat(5000)}"/>`);

  await expect(inspection).rejects.toMatchObject(unsafe('javascript', { value: 'x'.repeat(200) }));
});

it('refuses nothing when it is off', async () => {
  const body = `${frame('PTYPE="9" PFILE="/etc/hostname"')}<JAVA SCRIPT="x"/><x:A xmlns:x="y"/>`;

  await expect(inspectFiles({ 'document.sla': withBody(body) }, { screening: 'off' })).resolves.toMatchObject({
    version: '1.5.8',
  });
});
