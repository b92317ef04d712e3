import { expect, it } from 'vitest';
import { parseAnswer } from './parse-answer.ts';

const protections = {
  noNewPrivileges: true,
  landlock: 7,
  allThreads: true,
  seccomp: true,
  limits: true,
  bubblewrap: false,
};
const image = { page: 1, object: 'logo', file: 'a.png', state: 'sound', space: 'rgb', scale: [0.5, 0.5] };
const preflight = {
  type: 'preflight',
  images: [image],
  fonts: [],
  overset: [],
  profiles: [],
  outputProfiles: [],
  cut: [],
};
const pdf = {
  type: 'rendition',
  kind: 'pdf',
  rendition: 0,
  path: '/x',
  password: '',
  attributes: { version: 14, bleedt: 0.5, info: 'a' },
  outputIntent: null,
};
const profile = { name: 'A', colorSpace: 'cmyk', kind: 'output', fileName: 'a.icc', path: '/a.icc' };
const answers = {
  hello: { type: 'hello', protocol: 2, scribus: '1.5.8', pid: 1, protections },
  protected: { type: 'protected', protections },
  libraries: {
    type: 'libraries',
    fonts: [{ name: 'A', family: 'A', style: '', fileName: 'a.ttf', format: 'ttf', path: '/a.ttf' }],
    profiles: [profile],
  },
  opened: { type: 'opened', pages: [{ widthPt: 1, heightPt: 2.5 }] },
  preflight,
  exporting: { type: 'exporting' },
  png: { type: 'rendition', kind: 'png', rendition: 0, path: '/x', page: 1 },
  pdf,
  done: { type: 'done' },
  failed: { type: 'failed', kind: 'open', message: '' },
} as const;

it.each(Object.entries(answers))('reads an answer: %s', (_, answer) => {
  expect(parseAnswer(JSON.stringify(answer))).toEqual(answer);
});

const fields = Object.values(answers).flatMap((answer) => Object.keys(answer).map((field) => ({ answer, field })));

it.each(fields)('takes $answer.type without $field for no answer', ({ answer, field }) => {
  expect(parseAnswer(JSON.stringify({ ...answer, [field]: undefined }))).toBeUndefined();
  expect(parseAnswer(JSON.stringify({ ...answer, [field]: { toString: 1 } }))).toSatisfy(
    // Of other fields than these an object is nothing.
    (read) => read === undefined || field === 'attributes',
  );
});

it.each([
  ['nonsense', 'boo'],
  ['a number', '1'],
  ['nothing', 'null'],
  ['another type', '{"type":"constructor"}'],
  ['a list', '[]'],
  ['an infinite page', '{"type":"opened","pages":[{"widthPt":1e999,"heightPt":1}]}'],
  ['a page without a number', JSON.stringify({ ...answers.png, page: 0 })],
  ['a page that is a path', JSON.stringify({ ...answers.png, page: '../1' })],
  ['a rendition before the first', JSON.stringify({ ...pdf, rendition: -1 })],
  ['an attribute that is a list', JSON.stringify({ ...pdf, attributes: { version: [] } })],
  ['a path longer than any', JSON.stringify({ ...pdf, path: `/${'x'.repeat(5000)}` })],
  ['a password that no program would take', JSON.stringify({ ...pdf, password: 'x'.repeat(200_000) })],
  ['an image in a state that is none', JSON.stringify({ ...preflight, images: [{ ...image, state: 'fine' }] })],
  ['more images than are told', JSON.stringify({ ...preflight, images: Array.from({ length: 1001 }, () => image) })],
  ['a long name of an object', JSON.stringify({ ...preflight, overset: [{ page: 1, object: 'x'.repeat(600) }] })],
])('takes %s for no answer', (_, line) => {
  expect(parseAnswer(line)).toBeUndefined();
});

it('understands of a hello in another protocol only its number', () => {
  const nothing = { noNewPrivileges: false, landlock: 0, allThreads: false, seccomp: false, limits: false };

  expect(parseAnswer('{"type":"hello","protocol":9}')).toMatchObject({ protocol: 9, protections: nothing });
});
