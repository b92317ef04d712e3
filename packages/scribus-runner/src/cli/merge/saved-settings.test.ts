import { expect, it } from 'vitest';
import { parseMergeArguments } from './parse-merge-arguments.ts';
import { withSavedSettings } from './saved-settings.ts';

const load = (settings: object | string | undefined, ...args: readonly string[]) => {
  const line = parseMergeArguments(['/t/card.sla', '--load-settings', ...args]);
  if (line === undefined) throw new Error('It asks for help.');
  return withSavedSettings(line, typeof settings === 'object' ? JSON.stringify(settings) : settings);
};
const saved = {
  _comment: 'settings',
  datafile: 'data/people.csv',
  outdir: '/out',
  outname: '%VAR_name%',
  outformat: 'PDF',
  keepsla: 0,
  separator: ';',
  csvencoding: 'cp1252',
  single: 1,
  from: '2',
  to: 5,
  close: 1,
};

it('fills in what was kept in the template, with paths as seen from it', () => {
  expect(load(saved)).toMatchObject({
    commandLine: {
      data: '/t/data/people.csv',
      out: '/out',
      outName: '%VAR_name%',
      delimiter: ';',
      encoding: 'windows-1252',
      from: 2,
      to: 5,
      merge: true,
    },
    ignored: [],
  });
});

it('reads settings of ScribusGenerator 2, where what was left empty is open', () => {
  const { datafile: csvfile, csvencoding: _, close: __, ...others } = saved;

  const { commandLine } = load({ ...others, csvfile, outdir: '', outname: null, from: '', to: '', single: 0 });

  expect(commandLine).toMatchObject({ data: '/t/data/people.csv', merge: false });
  const { out, outName, encoding, from, to } = commandLine;
  expect([out, outName, encoding, from, to]).toEqual(Array(5).fill(undefined));
});

it('lets flags go before it', () => {
  const flags = [
    '--data',
    'b.csv',
    '--out',
    'o',
    '--delimiter',
    'tab',
    '--encoding',
    'utf-8',
    '--from',
    '1',
    '--to',
    '9',
  ];

  expect(load(saved, ...flags).commandLine).toMatchObject({
    data: 'b.csv',
    out: 'o',
    delimiter: '\t',
    encoding: 'utf-8',
    from: 1,
    to: 9,
  });
  expect(load(saved, '--png', 'p').commandLine).toMatchObject({ out: undefined, png: 'p', merge: false });
});

it('says what it leaves out', () => {
  expect(load({ ...saved, csvencoding: 'ebcdic', separator: '::', outformat: 'Scribus' }).ignored).toEqual([
    'encoding ebcdic',
    'separator ::',
    'Scribus files as output',
  ]);
});

it.each([
  [undefined, /there are none in/],
  ['{', /are damaged/],
  ['[]', /are damaged/],
  [{ outname: 'x' }, /no data/],
  [{ ...saved, from: 'two' }, /"from": "two", which is no record/],
])('refuses %j', (settings, says) => {
  expect(() => load(settings)).toThrow(says);
});
