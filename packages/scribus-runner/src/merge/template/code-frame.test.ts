import { expect, it } from 'vitest';
import type { DataRecord } from '../data/data-record.ts';
import { MergeTemplate } from './merge-template.ts';

const styles =
  '<COLOR NAME="Ink"/><COLOR NAME="Black"/><CHARSTYLE CNAME="Strong" FCOLOR="Ink" FSHADE="80"/><STYLE NAME="Body" CPARENT="Strong"/>';
const documentWith = (content: string) =>
  `<SCRIBUSUTF8NEW Version="1.5.8"><DOCUMENT TITLE="T">${styles}${content}</DOCUMENT></SCRIBUSUTF8NEW>`;
const frameWith = (text: string, { own = '', end = '<trail/>', run = '', type = '4' } = {}) =>
  `<PAGEOBJECT PTYPE="${type}" XPOS="1" YPOS="2" WIDTH="90" HEIGHT="60" ANNAME="f" path="M0 0"${own}><StoryText><ITEXT${run} CH="${text}"/>${end}</StoryText></PAGEOBJECT>`;

async function fill(content: string, ...rows: readonly Readonly<Record<string, string>>[]) {
  const template = new MergeTemplate(documentWith(content));
  await template.prepare();
  const records = rows.map(
    (values, index): DataRecord => ({ number: index + 1, line: index + 2, values: new Map(Object.entries(values)) }),
  );
  const { text, findings } = template.makeDocument(records, { title: '' });
  const [before = '', after = ''] = documentWith('|').split('|');
  // Paths are long, and what they draw is read from real pages.
  const filled = text
    .slice(before.length, text.length - after.length)
    .replaceAll(/path="M[\d .MLCZ-]{20,}"/g, 'path="…"');
  return { filled, findings, template };
}
const polygon = (color: string, { name = 'f', shade = '100', own = '' } = {}) =>
  `<PAGEOBJECT XPOS="1" YPOS="2" WIDTH="90" HEIGHT="60"${own} PTYPE="6" FRTYPE="3" CLIPEDIT="1" PWIDTH="0" PCOLOR2="None" fillRule="1" NEXTITEM="-1" BACKITEM="-1" ANNAME="${name}" PCOLOR="${color}" SHADE="${shade}" path="…" copath="…"/>`;

it('puts one polygon in the place of a frame, in the colour of its text', async () => {
  const code = '%QR_a%';

  expect((await fill(frameWith(code), { a: 'x' })).filled).toBe(polygon('Black'));
  expect((await fill(frameWith(code, { run: ' FCOLOR="Ink" FSHADE="50"' }), { a: 'x' })).filled).toBe(
    polygon('Ink', { shade: '50' }),
  );
  expect((await fill(frameWith(code, { end: '<trail PARENT="Body"/>' }), { a: 'x' })).filled).toBe(
    polygon('Ink', { shade: '80' }),
  );
  expect((await fill(frameWith(code, { run: ' FCOLOR="%VAR_c%"' }), { a: 'x', c: 'Ink' })).filled).toBe(polygon('Ink'));
  expect((await fill(frameWith(code, { own: ' ROT="%VAR_r%"' }), { a: 'x', r: '30' })).filled).toBe(
    polygon('Black', { own: ' ROT="30"' }),
  );
});

it('leaves what is to be seen of a frame behind its code, without its text', async () => {
  const filledFrame = frameWith('%BARCODE_a%', { own: ' PCOLOR="Ink" PCOLOR2="None"' });

  expect((await fill(filledFrame, { a: 'x' })).filled).toBe(
    filledFrame.replace(/<StoryText>.*<\/StoryText>/, '') + polygon('Black', { name: 'f code' }),
  );
});

it('removes the frame of an empty value, and keeps one that a bookmark leads to', async () => {
  const marked = frameWith('%QR_a%', { own: ' BookMark="1"' });

  expect((await fill(`<A/>${frameWith('%QR_a%')}<B/>`, { a: '' })).filled).toBe('<A/><B/>');
  expect((await fill(`<A/>${frameWith('%QR_none%')}<B/>`, { a: '' })).filled).toBe('<A/><B/>');
  expect((await fill(marked, { a: '' })).filled).toBe(marked.replace(/<StoryText>.*<\/StoryText>/, ''));
});

it('counts its columns and record marks, also of split tokens', async () => {
  const split = frameWith('%SG_NEXT-RECORD%%Q"/><ITEXT B="1" CH="R_b%');
  const { filled, template } = await fill(frameWith('%QR_a%') + split, { a: '1', b: 'no' }, { a: 'no', b: '2' });

  expect({ records: template.recordsPerDocument, variables: template.variables, codes: template.hasCodes }).toEqual({
    records: 2,
    variables: ['a', 'b'],
    codes: true,
  });
  expect(filled).toBe(polygon('Black') + polygon('Black'));
  expect((await fill(frameWith('%QR_a%') + split, { a: '1' })).filled).toBe(polygon('Black'));
});

it('tells of modules that are small, and fails those that nobody could print', async () => {
  const small = (size: number) =>
    frameWith('%QR_a%').replace(/WIDTH="90" HEIGHT="60"/, `WIDTH="${size}" HEIGHT="${size}"`);

  expect((await fill(small(15), { a: 'x' })).findings).toEqual([
    { kind: 'small-code', record: 1, column: 'a', message: expect.stringContaining('0.182 mm') },
  ]);
  await expect(fill(small(5), { a: 'x' })).rejects.toMatchObject({
    code: 'RECORD_INVALID',
    message: expect.stringContaining('too fine to be printed'),
  });
  await expect(fill(small(0), { a: 'x' })).rejects.toMatchObject({ message: expect.stringContaining('no room') });
  await expect(fill(frameWith('%QR_a%', { run: ' FCOLOR="None"' }), { a: 'x' })).rejects.toMatchObject({
    message: expect.stringContaining('no colour'),
  });
  await expect(fill(frameWith('%BARCODE_a%').replace('"60"', '"3"'), { a: 'x' })).rejects.toMatchObject({
    message: expect.stringContaining('too low'),
  });
});

it.each([
  ['text around it', frameWith('Scan: %QR_a%'), /%QR_a% of the frame "f" is not alone/],
  ['another code', frameWith('%QR_a%%QR_b%'), /not alone/],
  ['a variable beside it', frameWith('%QR_a%%VAR_b%'), /not alone/],
  ['a line break', frameWith('%QR_a%', { end: '<breakline/><trail/>' }), /not alone/],
  ['a linked frame', frameWith('%QR_a%', { own: ' NEXTITEM="7"' }), /not linked/],
  ['a text on a path', frameWith('%QR_a%', { type: '8' }), /needs a text frame/],
  [
    'a table',
    `<PAGEOBJECT PTYPE="16" path="x"><Cell><StoryText><ITEXT CH="%QR_a%"/></StoryText></Cell></PAGEOBJECT>`,
    /needs a text frame/,
  ],
  ['Scribus 1.4', '<PAGEOBJECT PTYPE="4"><ITEXT CH="%QR_a%"/></PAGEOBJECT>', /Scribus 1\.5 or later/],
  [
    'an unknown symbology',
    frameWith('%BARCODE:qr2_a%'),
    /%BARCODE:qr2_a% of the frame "f" asks for the unknown symbology "qr2"/,
  ],
])('refuses a template with a code in %s', (_, content, says) => {
  expect(() => new MergeTemplate(documentWith(content))).toThrow(
    expect.objectContaining({ code: 'DOCUMENT_UNREADABLE', message: expect.stringMatching(says) }),
  );
});
