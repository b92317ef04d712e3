import { expect, it } from 'vitest';
import { seededRandom } from '../../../test/fixtures/random.ts';
import type { DataRecord } from '../data/data-record.ts';
import { MergeTemplate } from './merge-template.ts';

const documentWith = (content: string, attributes = '') =>
  `<SCRIBUSUTF8NEW Version="1.5.8"><DOCUMENT TITLE="T"${attributes}>${content}</DOCUMENT></SCRIBUSUTF8NEW>`;
const frameWith = (story: string, attributes = 'PTYPE="4" OwnPage="0"') =>
  `<PAGEOBJECT ${attributes} NEXTITEM="-1" BACKITEM="1"><StoryText><DefaultStyle/>${story}</StoryText></PAGEOBJECT>`;
const run = (text: string, attributes = '') => `<ITEXT${attributes} CH="${text}"/>`;
const recordOf = (values: Readonly<Record<string, string>>): DataRecord => ({
  number: 1,
  line: 2,
  values: new Map(Object.entries(values)),
});
const editsOf = (template: MergeTemplate, values: Readonly<Record<string, string>>) =>
  template.makeDocument([recordOf(values)], { title: '' }).edits;

it.each([
  ['a frame of a master page', frameWith(run('%VAR_a%')).replaceAll('PAGEOBJECT', 'MASTEROBJECT'), 'a MASTEROBJECT'],
  ['a frame in a group', `<PAGEOBJECT PTYPE="12" OwnPage="0">${frameWith(run('%VAR_a%'))}</PAGEOBJECT>`, 'PAGEOBJECT'],
  ['an attribute', frameWith(run('%VAR_a%'), 'PTYPE="4" OwnPage="0" ANNAME="%VAR_a%"'), 'an attribute of PAGEOBJECT'],
  ['an attribute of a run', frameWith(run('%VAR_a%', ' FONT="%VAR_b%"')), 'an attribute of ITEXT'],
  ['an image', '<PAGEOBJECT PTYPE="2" OwnPage="0" PFILE="%VAR_a%"/>', 'an attribute of PAGEOBJECT'],
  ['a frame beside the pages', frameWith(run('%VAR_a%'), 'PTYPE="4" OwnPage="-1"'), 'beside the pages'],
  ['a form field', frameWith(run('%VAR_a%'), 'PTYPE="4" OwnPage="0" ANNOTATION="1"'), 'a form field'],
  ['a bookmark', frameWith(run('%VAR_a%'), 'PTYPE="4" OwnPage="0" BookMark="1"'), 'a bookmark'],
  ['a page number in the text', frameWith(`${run('%VAR_a%')}<var name="pgno"/>`), 'more than text'],
  ['a hyphen in the text', frameWith(run('%VAR_a% so\u00adft')), 'more than text'],
  ['numbered paragraphs', `<STYLE Numeration="1"/>${frameWith(run('%VAR_a%'))}`, 'numbers paragraphs'],
  ['no variable', frameWith(run('nothing')), 'no text has variables'],
])('says why %s can not be edited in the open template', (_, content, reason) => {
  const template = new MergeTemplate(documentWith(content));

  expect(template.editing.reason).toContain(reason);
  expect(editsOf(template, { a: 'x', b: 'y' })).toEqual({ reason: template.editing.reason });
});

it('edits no template with barcodes', () => {
  const code = `<PAGEOBJECT PTYPE="4" OwnPage="0" WIDTH="90" HEIGHT="60" path="M0 0"><StoryText>${run('%QR_a%')}</StoryText></PAGEOBJECT>`;
  const template = new MergeTemplate(documentWith(code + frameWith(run('%VAR_a%'))));

  expect(template.editing.reason).toBe('it has barcodes');
});

it('refuses what the information on a document says with variables', () => {
  const template = new MergeTemplate(documentWith(frameWith(run('%VAR_a%')), ' AUTHOR="%VAR_a%"'));

  expect(template.editing.reason).toContain('information');
});

it('says where in which text what changes, and keeps the document as it is written', () => {
  const content = [frameWith(run('no')), frameWith(run('Dear %VA') + run('R_a%, %VAR_b%!', ' FONT="F"'))].join('\n');
  const template = new MergeTemplate(documentWith(content));

  expect(template.editing.document).toBe(documentWith(content));
  expect(template.editing.frames).toEqual([{ page: 0, index: 1, text: 'Dear %VAR_a%, %VAR_b%!' }]);
  expect(editsOf(template, { a: 'An\nna' })).toEqual({
    frames: [
      {
        frame: 0,
        removed: false,
        edits: [
          { at: 5, remove: 7, insert: 'An\u2028na' },
          { at: 12, remove: 2, insert: '' },
          { at: 14, remove: 7, insert: '' },
        ],
        text: 'Dear An\u2028na!',
      },
    ],
    spent: [
      {
        frame: 0,
        removed: false,
        edits: [{ at: 5, remove: 7, insert: 'An\u2028na' }],
        text: 'Dear An\u2028na!',
      },
    ],
  });
});

it('takes away paragraphs with their end, and says so where a format would move', () => {
  const lines = (end: string) =>
    new MergeTemplate(
      documentWith(frameWith(`${run('%VAR_a%')}${end}${run('%VAR_b%')}<para/>${run('%VAR_c%')}<trail/>`)),
    );
  const textOf = (template: MergeTemplate, values: Readonly<Record<string, string>>) => {
    const edits = editsOf(template, values);
    return 'frames' in edits ? edits.frames[0]?.text : edits.reason;
  };

  expect(textOf(lines('<para/>'), { a: 'a', b: '', c: 'c' })).toBe('a\rc');
  expect(textOf(lines('<para/>'), { a: 'a', b: '', c: '' })).toBe('a');
  expect(textOf(lines('<para ALIGN="1"/>'), { a: 'a', b: 'b', c: '' })).toBe('a\rb');
  expect(textOf(lines('<para ALIGN="1"/>'), { a: 'a', b: '', c: '' })).toBe('the format of a paragraph moves');
  expect(textOf(lines('<para/>'), { a: 'so\u00adft', b: '', c: '' })).toBe('a value has soft hyphens');
});

it('makes of any text what filling makes of it', () => {
  const random = seededRandom(11);
  const pieces = [
    '%VAR_a%',
    '%VAR_b%',
    '%VAR_c%',
    ' ',
    ', ',
    '; ',
    '-',
    'word',
    '%',
    '%VAR_no-name%',
    '<para/>',
    '<tab/>',
    '|',
  ];
  const values = ['', '', 'x', 'two words', ', ', '😀', 'a\tb', '\n'];
  const textIn = (document: string) =>
    [...document.matchAll(/<(ITEXT|para|tab|breakline)(?: CH="([^"]*)")?\/>/g)]
      .map(([, name, text = '']) => ({ para: '\r', tab: '\t', breakline: '\u2028' })[name ?? ''] ?? text)
      .join('');
  let seen = 0;
  for (let round = 0; round < 2000; round += 1) {
    const story = Array.from({ length: 1 + random.below(8) }, () => random.of(pieces)).join('');
    // A bar begins a new run.
    const runs = story
      .split(/(<\w+\/>)/)
      .map((part) =>
        part.startsWith('<')
          ? part
          : part
              .split('|')
              .map((text) => (text === '' ? '' : run(text)))
              .join(''),
      )
      .join('');
    const template = new MergeTemplate(documentWith(frameWith(`${runs}<trail/>`)));
    const record = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, random.of(values)]));
    const { text, edits } = template.makeDocument([recordOf(record)], { title: '' });
    if ('reason' in edits) continue;
    seen += 1;
    expect([story, record, edits.frames[0]?.text]).toEqual([story, record, textIn(text)]);
  }
  expect(seen).toBeGreaterThan(500);
});
