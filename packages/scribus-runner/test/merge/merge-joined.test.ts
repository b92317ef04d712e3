import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openCommandForTest } from '../integration/open-command.ts';
import { readWithQpdf } from '../join/inspect-pdf.ts';
import { fixtures, wordsOf } from './open-merge.ts';

/** The command with a template of a card and a data file. */
async function openMergeCommand(rows: readonly string[]) {
  const command = await openCommandForTest();
  const { directory, run } = command;
  await mkdir(join(directory, 'images'));
  await cp(join(fixtures, 'red-150.png'), join(directory, 'images', 'red.png'));
  await cp(join(fixtures, 'merge', 'card.sla'), join(directory, 'card.sla'));
  await writeFile(join(directory, 'rows.csv'), `${['name,photo', ...rows].join('\n')}\n`);
  const merge = (...flags: readonly string[]) =>
    run('merge', 'card.sla', '--data', 'rows.csv', '--out', 'out', '--report', 'report.json', ...flags);
  const files = async () => (await readdir(join(directory, 'out'))).toSorted();
  const readReport = async () => JSON.parse(await readFile(join(directory, 'report.json'), 'utf8'));
  return { ...command, merge, files, readReport, path: (name: string) => join(directory, 'out', name) };
}
const namesIn = (pdf: string): string => (wordsOf(pdf).match(/Dear \w+/g) ?? []).join(' ');

it('writes one PDF of all records, in their order, without those that failed', async () => {
  const rows = ['Anna,red.png', 'Bert,../x', 'Cleo,red.png', 'Dora,', 'Emil,'];
  const { merge, files, readReport, path, jobs } = await openMergeCommand(rows);

  const { code, stdout } = await merge('--merge', '--out-name', '%VAR_COUNT% %VAR_name%', '--from', '1', '--to', '4');

  expect({ code, files: await files() }).toEqual({ code: 4, files: ['card.pdf'] });
  expect(stdout.trim().split('\n').toSorted()).toEqual([
    'all: 3 pages → out/card.pdf',
    'record 1: 1 page',
    'record 3: 1 page',
    'record 4: 1 page',
  ]);
  expect(namesIn(path('card.pdf'))).toBe('Dear Anna Dear Cleo Dear Dora');
  const { bookmarks, countTargets, information } = readWithQpdf(path('card.pdf'));
  expect(bookmarks).toEqual(['1 Anna', '3 Cleo', '4 Dora'].map((title, index) => ({ title, page: index + 1 })));
  expect(countTargets('/REI0')).toBe(1);
  expect(information['/Title']).toBe('u:card');
  const { joined, documents, resumeFrom } = await readReport();
  expect(joined).toMatchObject({ output: path('card.pdf'), pageCount: 3 });
  expect(joined.documents).toEqual([
    { records: { first: 1, last: 1 }, name: '1 Anna', pageCount: 1, firstPage: 1 },
    { records: { first: 3, last: 3 }, name: '3 Cleo', pageCount: 1, firstPage: 2 },
    { records: { first: 4, last: 4 }, name: '4 Dora', pageCount: 1, firstPage: 3 },
  ]);
  expect(documents.flatMap(({ outputs }: { outputs: readonly string[] }) => outputs)).toEqual([]);
  expect({ resumeFrom, jobs: await readdir(jobs) }).toEqual({ resumeFrom: null, jobs: [] });
});

it('writes a PDF of each record too, none of them under the name of all', async () => {
  const { merge, files, path } = await openMergeCommand(['Card,', 'Bert,']);

  const { code, stdout } = await merge('-m', '--single', '--out-name', '%VAR_name%', '--json');

  expect({ code, files: await files() }).toEqual({ code: 0, files: ['Bert.pdf', 'Card-1.pdf', 'card.pdf'] });
  expect(namesIn(path('card.pdf'))).toBe('Dear Card Dear Bert');
  const last = stdout.trim().split('\n').at(-1) ?? '';
  expect(JSON.parse(last)).toMatchObject({ joined: { output: path('card.pdf'), pageCount: 2 } });
});

it('writes no PDF of all when a record stops it', async () => {
  const { merge, files, readReport } = await openMergeCommand(['Anna,', 'Bert,../x', 'Cleo,']);

  const { code, stderr } = await merge('--merge', '--jobs', '1', '--on-record-error', 'stop');

  expect({ code, files: await files() }).toEqual({ code: 4, files: [] });
  expect(stderr).toContain('No PDF of all was written.');
  // What was rendered is not kept.
  expect(await readReport()).toMatchObject({ joined: null, rendered: 1, failed: 1, resumeFrom: 1 });
});

it('leaves nothing when it is interrupted', async () => {
  const { start, directory, jobs, files } = await openMergeCommand(Array.from({ length: 300 }, () => 'a,'));
  const child = start('merge', 'card.sla', '--data', 'rows.csv', '--out', 'out', '--merge');
  let lines = 0;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    lines += text.split('\n').length - 1;
    // A second signal would end it at once.
    if (lines >= 3 && !child.killed) child.kill('SIGTERM');
  });

  const code = await new Promise((resolve) => child.once('close', resolve));

  expect({ code, files: await files(), jobs: await readdir(jobs) }).toEqual({ code: 143, files: [], jobs: [] });
  expect((await readdir(directory)).filter((name) => name.startsWith('.'))).toEqual([]);
});

it('renders nothing where qpdf is missing, and says what to install', async () => {
  const { directory, spawn, words } = await openMergeCommand(['a,']);
  const args = ['merge', 'card.sla', '--data', 'rows.csv', '--out', 'out', '--merge'];

  const child = spawn([...words, ...args], { PATH: join(directory, 'nothing') });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));

  expect(said).toMatch(/"qpdf" can't be started: install qpdf.*\[RENDERER_UNAVAILABLE\]/);
  expect(code).toBe(3);
  await expect(readdir(join(directory, 'out'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it.each([
  [['--single'], '--single is about --merge'],
  [['--merge', '--png', 'proofs'], '--merge is about PDFs'],
])('refuses %j', async (flags, says) => {
  const { run } = await openMergeCommand(['a,']);

  const { code, stderr } = await run('merge', 'card.sla', '--data', 'rows.csv', ...flags);

  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
});
