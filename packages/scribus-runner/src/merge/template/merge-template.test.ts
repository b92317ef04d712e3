import { expect, it } from 'vitest';
import type { DataRecord } from '../data/data-record.ts';
import { MergeTemplate } from './merge-template.ts';
import { resolveTemplateLanguage } from './template-language.ts';

const documentWith = (content: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<SCRIBUSUTF8NEW Version="1.5.8">\n  <DOCUMENT TITLE="T">\n    ${content}\n  </DOCUMENT>\n</SCRIBUSUTF8NEW>\n`;
const frameWith = (story: string, attributes = '') =>
  `<PAGEOBJECT PTYPE="4"${attributes} NEXTITEM="-1" BACKITEM="-1"><StoryText><DefaultStyle/>${story}</StoryText></PAGEOBJECT>`;

const recordOf = (values: Readonly<Record<string, string>>, number = 1): DataRecord => ({
  number,
  line: number + 1,
  values: new Map(Object.entries(values)),
});
/** What becomes of the content of a document. */
function fill(content: string, ...records: readonly Readonly<Record<string, string>>[]): string {
  const template = new MergeTemplate(documentWith(content));
  const { text } = template.makeDocument(
    records.map((values, index) => recordOf(values, index + 1)),
    { title: 'a title' },
  );
  const [before = '', after = ''] = documentWith('|').split('|');
  expect(text.startsWith(before) && text.endsWith(after)).toBe(true);
  return text.slice(before.length, text.length - after.length);
}
/** What becomes of the text of a frame. */
function fillStory(text: string, ...records: readonly Readonly<Record<string, string>>[]): string {
  const filled = fill(frameWith(text), ...records);
  const [, inside] = /<DefaultStyle\/>(.*)<\/StoryText>/s.exec(filled) ?? [];
  return inside ?? filled;
}
const run = (text: string) => `<ITEXT CH="${text}"/>`;

it('leaves what has no variables as it is, to the letter', () => {
  const content = `<!-- a > b --><COLOR NAME='R' />\r\n<PAGEOBJECT\n a="1"  b='"&#x9;ü😀' ></PAGEOBJECT>${frameWith(run('100 % &amp; more'))}`;

  expect(fill(content, {})).toBe(content);
});

it('puts values for variables as text, never as markup', () => {
  const value = `"><ITEXT CH='x'/> & <b> שלום 😀 ]]> &amp; %VAR_b%`;

  expect(fillStory(run('Dear %VAR_a%!'), { a: value, b: 'no' })).toBe(
    run(`Dear &quot;&gt;&lt;ITEXT CH='x'/&gt; &amp; &lt;b&gt; שלום 😀 ]]&gt; &amp;amp; %VAR_b%!`),
  );
});

it('writes line breaks and tabs of values as Scribus does, in the format of the run', () => {
  const text = '<ITEXT FONT="F" CH="%VAR_a%."/><trail/>';

  expect(fillStory(text, { a: 'one\r\ntwo\n\tthree\u2028four' })).toBe(
    [
      '<ITEXT FONT="F" CH="one"/><breakline FONT="F"/><ITEXT FONT="F" CH="two"/><breakline FONT="F"/><tab FONT="F"/>',
      '<ITEXT FONT="F" CH="three"/><breakline FONT="F"/><ITEXT FONT="F" CH="four."/><trail/>',
    ].join(''),
  );
});

it('finds a variable that is split over runs, and sets its value in the format where it begins', () => {
  const runs = ['<ITEXT FONT="A" CH="x%VA"/>', '<ITEXT FONT="B" CH="R_na"/>', '<ITEXT FONT="C" CH="me% y"/>'];

  expect(fillStory(runs.join('\n'), { name: 'Anna' })).toBe('<ITEXT FONT="A" CH="xAnna"/><ITEXT FONT="C" CH=" y"/>');
});

it('fills attributes of every element, and leaves out those of which nothing is left', () => {
  const content =
    '<CHARSTYLE CNAME="%VAR_style%" FONT="%VAR_font%"/><PAGEOBJECT ROT="%VAR_none%" ANNAME="a %VAR_style%" ANEXTERN="http://x/%VAR_link%"/>';

  expect(fill(content, { style: 'S&1', font: 'DejaVu Sans Book', link: 'a\nb' })).toBe(
    '<CHARSTYLE CNAME="S&amp;1" FONT="DejaVu Sans Book"/><PAGEOBJECT ANNAME="a S&amp;1" ANEXTERN="http://x/a&#10;b"/>',
  );
});

it('takes colours of the template only, and leaves its list of colours alone', () => {
  const palette = '<COLOR NAME="%VAR_colour%" SPACE="RGB"/><COLOR NAME="Rich Red" SPACE="RGB"/>';
  const content = `${palette}<PAGEOBJECT PCOLOR="%VAR_colour%"/>`;

  expect(fill(content, { colour: 'Rich Red' })).toBe(`${palette}<PAGEOBJECT PCOLOR="Rich Red"/>`);
  expect(fill(`${palette}<PAGEOBJECT><CSTOP NAME="%VAR_colour%"/></PAGEOBJECT>`, { colour: 'Rich Red' })).toContain(
    '<CSTOP NAME="Rich Red"/>',
  );
  expect(() => fill(`<PAGEOBJECT><CSTOP NAME="%VAR_colour%"/></PAGEOBJECT>`, { colour: 'Mauve' })).toThrow(
    expect.objectContaining({ code: 'RECORD_INVALID' }),
  );
  expect(() => fill(content, { colour: 'Mauve' })).toThrow(
    expect.objectContaining({ code: 'RECORD_INVALID', details: expect.objectContaining({ reason: 'colour' }) }),
  );
});

it('lets a value name a file below, and nothing else', () => {
  const content = '<PAGEOBJECT PTYPE="2" PFILE="images/%VAR_pic%"/>';

  expect(fill(content, { pic: 'team/anna & co.png' })).toBe(
    '<PAGEOBJECT PTYPE="2" PFILE="images/team/anna &amp; co.png"/>',
  );
  expect(fill(content, { pic: '' })).toBe('<PAGEOBJECT PTYPE="2" PFILE=""/>');
  for (const pic of [
    '/etc/passwd',
    '../x.png',
    'a/../../x',
    '..\\x',
    '\\\\host\\x',
    'C:x',
    'file:///x',
    ':/x',
    'a\nb',
  ]) {
    expect(() => fill(content, { pic })).toThrow(
      expect.objectContaining({
        code: 'RECORD_INVALID',
        details: expect.objectContaining({ reason: 'asset', column: 'pic' }),
      }),
    );
  }
});

it.each([
  ['%VAR_a%, %VAR_b%, %VAR_c%.', { a: 'A', b: '', c: 'C' }, 'A, C.'],
  ['%VAR_a%, %VAR_b%, %VAR_c%.', { a: 'A' }, 'A.'],
  ['Dear %VAR_a% %VAR_b%', { b: 'Anna' }, 'Dear Anna'],
  ['%VAR_a% %VAR_b%', { b: 'Anna' }, 'Anna'],
  ['%VAR_a% - %VAR_b%', { a: 'A -', b: '' }, 'A -'],
  ['  50% %VAR_b%', { b: '1' }, '  50% 1'],
  ['%VAR_two words% %VAR_a&amp;b%', { 'two words': '2', 'a&b': '3' }, '2 3'],
  ['%VAR_no such column%', {}, '%VAR_no such column%'],
])('makes of %j with %j %j', (text, values, expected) => {
  const written = fillStory(run(text), values);

  expect(written.replace(/^<ITEXT CH="([^"]*)"\/>$/, '$1')).toBe(expected);
});

it('drops a paragraph of which nothing is left, and keeps the format of the others', () => {
  const lines = [run('Address'), '<para P="1"/>', run('%VAR_a%'), '<para P="2"/>', run('%VAR_b%'), '<trail P="3"/>'];

  expect(fillStory(lines.join(''), { a: 'A', b: 'B' })).toBe(
    lines.join('').replace('%VAR_a%', 'A').replace('%VAR_b%', 'B'),
  );
  expect(fillStory(lines.join(''), { b: 'B' })).toBe(`${run('Address')}<para P="1"/>${run('B')}<trail P="3"/>`);
  expect(fillStory(lines.join(''), { a: 'A' })).toBe(`${run('Address')}<para P="1"/>${run('A')}<trail P="2"/>`);
  expect(fillStory(lines.join(''), {})).toBe(`${run('Address')}<trail P="1"/>`);
});

it('removes a frame that had only variables when all of them are empty, and the group that had only such', () => {
  const frame = frameWith(`${run('%VAR_a%, ')}<para/>${run('%VAR_b%')}<trail/>`);
  const grouped = `<PAGEOBJECT PTYPE="12">${frame}</PAGEOBJECT>`;

  expect(fill(`<A/>${frame}<B/>`, {})).toBe(`<A/>${frameWith('<ITEXT CH=", "/><trail/>')}<B/>`);
  const only = frame.replace('%, ', '%');
  expect(fill(`<A/>${only}<B/>`, {})).toBe('<A/><B/>');
  expect(fill(`<A/>${grouped.replace('%, ', '%')}<B/>`, {})).toBe('<A/><B/>');
  expect(fill(frameWith(run('text')), {})).toBe(frameWith(run('text')));
});

it('keeps an empty frame of a chain', () => {
  const linked = frameWith(run('%VAR_a%')).replace('NEXTITEM="-1"', 'NEXTITEM="7"');

  expect(fill(linked, {})).toBe(linked.replace(run('%VAR_a%'), ''));
});

it('reads texts of Scribus 1.4, which frames hold themselves', () => {
  const old = `<PAGEOBJECT PTYPE="4">${run('%VAR_a%')}<para/>${run('%VAR_b%')}<PageItemAttributes/></PAGEOBJECT>`;

  expect(fill(old, { a: 'A', b: 'B' })).toBe(
    `<PAGEOBJECT PTYPE="4">${run('A')}<para/>${run('B')}<PageItemAttributes/></PAGEOBJECT>`,
  );
  expect(fill(`<A/>${old}<B/>`, {})).toBe('<A/><B/>');
});

it('goes on to the next record where it is told, and leaves empty what has none', () => {
  const card = (name: string) => frameWith(`${run(name)}<trail/>`);
  const content =
    card('%VAR_n%') +
    card('%SG_NEXT-RECORD%%VAR_n% of %VAR_COUNT%') +
    card('%SG_NE').replace('%SG_NE"/>', '%SG_NE"/><ITEXT F="b" CH="XT-RECORD%%VAR_n%"/>');
  const template = new MergeTemplate(documentWith(content));

  expect(template.recordsPerDocument).toBe(3);
  expect(template.variables).toEqual(['n', 'COUNT']);
  expect(fill(content, { n: '1st' }, { n: '2nd' }, { n: '3rd' })).toBe(
    card('1st') + card('2nd').replace('"2nd"/>', '"2nd of 2"/>') + card('3rd').replace('<ITEXT', '<ITEXT F="b"'),
  );
  expect(fill(content, { n: '1st' })).toBe(card('1st') + card(' of').replace('" of"', '"of"'));
});

it('carries out object attributes of ScribusGenerator', () => {
  const attribute = (name: string, value: string, to: string, parameter = 'SGAttribute') =>
    `<ItemAttribute Name="${name}" Type="none" Value="${value}" Parameter="${parameter}" Relationship="none" RelationshipTo="${to}" AutoAddTo="none"/>`;
  const object = (attributes: string, story: string, own = '') =>
    `<PAGEOBJECT PTYPE="4"${own}><StoryText>${story}</StoryText><PageItemAttributes>${attributes}</PageItemAttributes></PAGEOBJECT>`;
  const of = (attributes: string, story: string) => {
    const filled = fill(object(attributes, story), { v: '9' });
    return filled.slice(0, filled.indexOf('<PageItemAttributes>'));
  };
  const [one, two] = ['<ITEXT CH="1"/>', '<ITEXT CH="2"/>'];
  const expected = (story: string, own = '') => `<PAGEOBJECT PTYPE="4"${own}><StoryText>${story}</StoryText>`;

  expect(of(attribute('ROT', '%VAR_v%', ''), one)).toBe(expected(one, ' ROT="9"'));
  expect(of(attribute('SIZE', '%VAR_v%', '//ITEXT[2]'), one + two)).toBe(expected(`${one}<ITEXT CH="2" SIZE="9"/>`));
  expect(of(attribute('SIZE', '%VAR_v%', '//ITEXT[last()]'), one + two)).toBe(
    expected(`${one}<ITEXT CH="2" SIZE="9"/>`),
  );
  expect(of(attribute('SIZE', '%VAR_v%', ".//ITEXT[@CH='1']"), one + two)).toBe(
    expected(`<ITEXT CH="1" SIZE="9"/>${two}`),
  );
  expect(of(attribute('SIZE', '%VAR_v%', 'StoryText/*'), one)).toBe(expected('<ITEXT CH="1" SIZE="9"/>'));
  expect(of(attribute('SIZE', '%VAR_v%', '', 'other'), one)).toBe(expected(one));
  const refused = new MergeTemplate(
    documentWith(object(attribute('A', 'b', '..') + attribute('A', 'b', '//NONE'), one)),
  );
  expect(refused.refusedAttributes).toEqual(['A ..', 'A //NONE']);
});

it.each([
  ['keep-separators', '%VAR_a%, %VAR_b%, %VAR_none%.', 'A, , .'],
  ['keep', '%VAR_a%, %VAR_b%, %VAR_none%.', 'A, , %VAR_none%.'],
  ['keep', '%VAR_c d%', '%VAR_c d%'],
] as const)('leaves of an empty value what %s says', (emptyValues, text, expected) => {
  const language = resolveTemplateLanguage({ emptyValues });
  const filled = (story: string) =>
    new MergeTemplate(documentWith(frameWith(story)), language).makeDocument([recordOf({ a: 'A', b: '' })], {
      title: '',
    }).text;

  expect(filled(run(text))).toBe(documentWith(frameWith(run(expected))));
  expect(filled(`${run('x')}<para/>${run('%VAR_b%')}<trail/>`)).toBe(
    documentWith(frameWith(emptyValues === 'keep' ? `${run('x')}<para/><trail/>` : `${run('x')}<trail/>`)),
  );
  expect(filled(run('%VAR_b%')).includes('PAGEOBJECT')).toBe(emptyValues === 'keep');
});

it('makes spaces of line breaks and tabs where it is told', () => {
  const template = new MergeTemplate(
    documentWith(frameWith(run('%VAR_a%'))),
    resolveTemplateLanguage({ lineBreaks: 'space' }),
  );

  expect(template.makeDocument([recordOf({ a: 'x\r\ny\tz\n\nw' })], { title: '' }).text).toBe(
    documentWith(frameWith(run('x y z  w'))),
  );
  expect(() => resolveTemplateLanguage({ lineBreaks: 'none' as 'space' })).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT' }),
  );
});

it('drops the settings that ScribusGenerator keeps in a document, and no other script', () => {
  const settings = '<JAVA NAME="ScribusGeneratorDefaultSettings" SCRIPT="{}"/>';

  expect(fill(`<A/>${settings}<B/>`, {})).toBe('<A/><B/>');
  expect(new MergeTemplate(documentWith(settings)).savedSettings).toBe('{}');
  expect(new MergeTemplate(documentWith('<A/>')).savedSettings).toBeUndefined();
  expect(fill('<JAVA NAME="other" SCRIPT="x"/>', {})).toBe('<JAVA NAME="other" SCRIPT="x"/>');
});

it('gives a document without a title one', () => {
  const untitled = documentWith('').replace('TITLE="T"', 'TITLE=""');

  const { text } = new MergeTemplate(untitled).makeDocument([recordOf({})], { title: 'A & B' });

  expect(text).toContain('<DOCUMENT TITLE="A &amp; B">');
});

it('tells of characters that no document can hold', () => {
  const template = new MergeTemplate(documentWith(frameWith(run('%VAR_a%%VAR_b%'))));

  const { text, findings } = template.makeDocument([recordOf({ a: 'x\u0001\ud800y\u{fffe}', b: 'fine' }, 7)], {
    title: '',
  });

  expect(text).toContain('CH="x\u{fffd}\u{fffd}y\u{fffd}fine"');
  expect(findings).toEqual([
    { kind: 'replaced-characters', record: 7, column: 'a', message: expect.stringContaining('Record 7') },
  ]);
});

it.each(['<DOCUMENT>', documentWith('<A></B>'), documentWith(frameWith('<ITEXT CH="%VAR_a%&#x5;"/>'))])(
  'refuses a template that is no well-formed document, number %#',
  (text) => {
    expect(() => new MergeTemplate(text)).toThrow(expect.objectContaining({ code: 'DOCUMENT_UNREADABLE' }));
  },
);
