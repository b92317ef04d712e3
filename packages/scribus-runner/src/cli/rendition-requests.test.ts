import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseArguments } from './parse-arguments.ts';
import { toRenditionRequests } from './rendition-requests.ts';
import { UsageError } from './usage-error.ts';

const requestsOf = async (...args: readonly string[]) =>
  await toRenditionRequests(parseArguments([...args, 'flyer.sla']));

function fileWith(content: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'rendition-requests-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'options.json'), content);
  return join(directory, 'options.json');
}

it('asks for a PDF with the settings of the document when nothing is said', async () => {
  expect(await requestsOf()).toEqual([{ kind: 'pdf', options: {} }]);
});

it('asks for page images before the PDF, all of the same pages', async () => {
  expect(await requestsOf('--pdf', 'x.pdf', '--png', '.', '--jpeg', '.', '--pages', '1-2', '--dpi', '96')).toEqual([
    { kind: 'jpeg', dpi: 96, pages: [1, 2] },
    { kind: 'png', dpi: 96, pages: [1, 2] },
    { kind: 'pdf', pages: [1, 2], options: {} },
  ]);
});

it('lays flags over the options of the file', async () => {
  const file = fileWith('{ "bleed": "none", "compression": "zip", "marks": { "bleed": true } }');

  const flags = ['--profile', 'pdf/x-3', '--bleed', '3mm', '--marks', 'crop', '--output-intent', 'Press'];

  expect(await requestsOf('--options', file, ...flags)).toEqual([
    {
      kind: 'pdf',
      profile: 'pdf/x-3',
      options: {
        bleed: { unit: 'mm', top: 3, right: 3, bottom: 3, left: 3 },
        compression: 'zip',
        marks: { crop: true },
        outputIntent: { profile: 'Press' },
      },
    },
  ]);
});

it.each([
  { flags: ['--profile', 'pdf/x-5'], says: /^The PDF can't be made so. profile: .*"pdf\/x-4"/ },
  { flags: ['--output-intent', 'Press'], says: /^The PDF can't be made so. outputIntent is for PDF\/X only\.$/ },
  { flags: ['--bleed', '101mm'], says: /^The PDF can't be made so. bleed: .*100 mm/ },
  { flags: ['--png', '.', '--profile', 'print'], says: /--profile is about a PDF: say --pdf too/ },
])('refuses $flags', async ({ flags, says }) => {
  const refused = requestsOf(...flags);

  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(says);
});

it.each([
  { content: '{ "bleeds": 3 }', says: /The PDF can't be made so\. .*"bleeds"/ },
  { content: '{ bleed: 3 }', says: /options\.json can't be read: .*JSON/ },
  { content: '[]', says: /must hold a JSON object/ },
  { content: 'null', says: /must hold a JSON object/ },
])('refuses a file of options with $content', async ({ content, says }) => {
  const file = fileWith(content);

  await expect(requestsOf('--options', file)).rejects.toThrow(UsageError);
  await expect(requestsOf('--options', file)).rejects.toThrow(says);
});

it('refuses a file of options that is not there', async () => {
  await expect(requestsOf('--options', 'no/such.json')).rejects.toThrow("no/such.json can't be read: ENOENT.");
});
