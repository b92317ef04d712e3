import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPdf } from '../integration/read-pdf.ts';
import { wordsOf } from './open-merge.ts';
import { openMergeCommand } from './open-merge-command.ts';

const tooLong = 'too much text '.repeat(100);

it('writes a PDF a record, named as it is told, and nothing else', async () => {
  const { run, filesIn, directory, jobs } = await openMergeCommand([
    'Anna,a@example.org,x,red.png',
    'Bert,b/b@example.org,y,',
  ]);

  const { code, stdout, stderr } = await run(
    'merge',
    'card.sla',
    '--data',
    'rows.csv',
    '--out',
    'out',
    '--out-name',
    '%VAR_COUNT%-%VAR_email%',
  );

  expect({ code, stdout: stdout.split('\n').toSorted() }).toEqual({
    code: 0,
    stdout: ['', 'record 1: 1 page → out/1-a@example.org.pdf', 'record 2: 1 page → out/2-b/b@example.org.pdf'],
  });
  expect(stderr).toContain('no record has a column "title"');
  expect(await filesIn('out')).toEqual(['1-a@example.org.pdf', '2-b', '2-b/b@example.org.pdf']);
  expect((await readdir(directory)).toSorted()).toEqual(['card.sla', 'cards.sla', 'images', 'jobs', 'out', 'rows.csv']);
  expect(await readdir(jobs)).toEqual([]);
  expect(wordsOf(join(directory, 'out/1-a@example.org.pdf'))).toContain('Dear Anna!');
});

it('reports which records overflow which frame, and goes on after them', async () => {
  const rows = ['a,,x,', `b,,${tooLong},`, 'c,,x,../secret.png', `d,,${tooLong},`, 'e,,x,'];
  const { run, filesIn, readReport } = await openMergeCommand(rows);
  const flags = [
    '--data',
    'rows.csv',
    '--out',
    'out',
    '--report',
    'report.json',
    '--fail-on',
    'overset-text',
    '--json',
  ];

  const { code, stdout } = await run('merge', 'card.sla', ...flags);

  expect(code).toBe(9);
  expect(await filesIn('out')).toEqual(['1.pdf', '5.pdf']);
  const report = await readReport('report.json');
  expect(report).toMatchObject({
    format: 'csv',
    encoding: 'utf-8',
    delimiter: ',',
    records: 5,
    rendered: 2,
    failed: 3,
    resumeFrom: null,
  });
  expect(report.findings).toContainEqual({
    check: 'overset-text',
    object: 'chain 2',
    page: 1,
    records: [2, 4],
    documents: 2,
  });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(report.documents).toEqual(lines);
  const failed = lines.toSorted((a, b) => a.records.first - b.records.first).map(({ error }) => error?.code);
  expect(failed).toEqual([undefined, 'PREFLIGHT_FAILED', 'RECORD_INVALID', 'PREFLIGHT_FAILED', undefined]);
});

// Three starts of the command.
it('stops at a record that fails if it is to, says where to go on, and goes on there', {
  timeout: 120_000,
}, async () => {
  const rows = ['a,,x,', 'b,,x,../x', ...Array.from({ length: 9 }, (_, index) => `c${index},,x,`)];
  const { run, filesIn, directory } = await openMergeCommand(rows);
  const flags = ['merge', 'card.sla', '--data', 'rows.csv', '--out', 'out', '--jobs', '1', '--on-record-error', 'stop'];

  const stopped = await run(...flags);
  expect(stopped.code).toBe(4);
  expect(stopped.stderr).toMatch(/Stopped: 1 rendered, 1 failed. Go on with --from 2$/m);
  await writeFile(
    join(directory, 'rows.csv'),
    ['name,photo', 'a,', 'b,', ...rows.slice(2).map((row) => `${row.slice(0, 2)},`)].join('\n'),
  );
  const resumed = await run(...flags, '--from', '2', '--to', '3');

  expect(resumed.code).toBe(0);
  expect(await filesIn('out')).toEqual(['01.pdf', '02.pdf', '03.pdf']);
});

it('lets a failed record be skipped', async () => {
  const { run, filesIn } = await openMergeCommand(['a,,x,', 'b,,x,../x']);

  const { code, stderr } = await run(
    'merge',
    'card.sla',
    '--data',
    'rows.csv',
    '--out',
    'out',
    '--on-record-error',
    'skip',
  );

  expect({ code, files: await filesIn('out') }).toEqual({ code: 0, files: ['1.pdf'] });
  expect(stderr).toMatch(/record 2: .*climbs out of its folder.*\[RECORD_INVALID\]/);
});

it('makes page images of chosen records, several records on a page', async () => {
  const { run, filesIn } = await openMergeCommand(['a', 'b', 'c', 'd'], 'name');

  const { code } = await run(
    'merge',
    'cards.sla',
    '--data',
    'rows.csv',
    '--png',
    'proofs',
    '--dpi',
    '36',
    '--from',
    '4',
  );

  expect({ code, files: await filesIn('proofs') }).toEqual({ code: 0, files: ['4-page-0001.png'] });
});

it.each([
  [['--data', 'none.csv'], /There is no file none.csv/],
  [[], /There is no data/],
  [['--data', 'rows.csv', '--from', '3'], /--from 3: the data has only 2 records/],
  [['--data', 'rows.csv', '--from', '2', '--to', '1'], /--to must not be less than --from/],
  [['--data', 'rows.csv', '--out-name', '%VAR_mail%'], /--out-name: no record has a column "mail"/],
  [['--data', 'rows.csv', '--report', 'rows.csv'], /rows.csv is one of the inputs/],
  [['--data', 'rows.csv', '--delimiter', 'ab'], /--delimiter must be one character/],
  [['--data', 'rows.csv', '--png', 'x', '--bleed', '3mm'], /--bleed is about a PDF: say --out too/],
])('refuses %j before anything is rendered', async (flags, says) => {
  const { run } = await openMergeCommand(['a,,,', 'b,,,']);

  const { code, stderr, stdout } = await run('merge', 'card.sla', ...flags);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(says);
});

it('renders nothing of data that turns out to be broken at its end', async () => {
  const { run, filesIn } = await openMergeCommand(['a,,,', 'b,,,', '"c,,,']);

  const { code, stderr } = await run('merge', 'card.sla', '--data', 'rows.csv', '--out', 'out');

  expect(code).toBe(4);
  expect(stderr).toMatch(/quote that is never closed.*\[DATA_UNREADABLE\]/);
  await expect(filesIn('out')).rejects.toMatchObject({ code: 'ENOENT' });
});

it('says how to go on when it is interrupted, and leaves no Scribus and no file behind', async () => {
  const { start, directory, jobs, readReport } = await openMergeCommand(Array.from({ length: 300 }, () => 'a,,,'));
  const child = start('merge', 'card.sla', '--data', 'rows.csv', '--out', 'out', '--report', 'report.json', '--json');
  const lines: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.trim().split('\n'));
    // A second signal would end it at once.
    if (lines.length >= 3 && !child.killed) child.kill('SIGTERM');
  });

  const code = await new Promise((resolve) => child.once('close', resolve));

  expect(code).toBe(143);
  const report = await readReport('report.json');
  expect(report.resumeFrom).toBeGreaterThan(1);
  expect(report.documents.length).toBeGreaterThanOrEqual(report.resumeFrom - 1);
  expect(await readdir(jobs)).toEqual([]);
  expect((await readdir(directory)).filter((name) => name.startsWith('.'))).toEqual([]);
  expect((await readdir(join(directory, 'out'))).filter((name) => name.startsWith('.'))).toEqual([]);
});

it('takes what ScribusGenerator has kept in the template, and understands it as it is told', async () => {
  const { run, directory, filesIn } = await openMergeCommand(['A,"x\ty"', 'B,', 'C,'], 'name,city');
  const settings = {
    datafile: 'rows.csv',
    outdir: 'kept',
    outname: '%VAR_name%',
    outformat: 'Scribus',
    single: 0,
    from: 1,
    to: 2,
  };
  const script = JSON.stringify(settings).replaceAll('"', '&quot;');
  const template = await readFile(join(directory, 'cards.sla'), 'utf8');
  const [, first = ''] = /(.*?)<PAGE /s.exec(template) ?? [];
  const kept = `${first}<JAVA NAME="ScribusGeneratorDefaultSettings" SCRIPT="${script}"/>${template.slice(first.length)}`;
  await writeFile(join(directory, 'kept.sla'), kept.replaceAll('%SG_NEXT-RECORD%', ''));

  const { code, stderr } = await run(
    'merge',
    'kept.sla',
    '--load-settings',
    '--empty-values',
    'keep',
    '--line-breaks',
    'space',
  );

  expect({ code, files: await filesIn('kept') }).toEqual({ code: 0, files: ['A.pdf', 'B.pdf'] });
  expect(stderr).toContain('its settings ask for Scribus files as output, which is left out');
  expect(wordsOf(join(directory, 'kept', 'A.pdf'))).toBe('A, x y A, x y A, x y');
  expect(wordsOf(join(directory, 'kept', 'B.pdf'))).toBe('B, B, B,');
});

it('writes the filled documents too, which Scribus renders to the same', async () => {
  const { run, directory, filesIn } = await openMergeCommand(['Anna & Co,,"hello",red.png', 'Bert,,,../x.png']);

  const { code } = await run(
    'merge',
    'card.sla',
    '--data',
    'rows.csv',
    '--out',
    'out',
    '--sla',
    'sla',
    '--out-name',
    'd/%VAR_COUNT%',
  );

  expect({ code, files: await filesIn('sla') }).toEqual({ code: 4, files: ['d', 'd/1.sla'] });
  const again = await run('sla/d/1.sla', '--input-directory', '.', '--pdf', 'again.pdf');
  expect(again).toMatchObject({ code: 0 });
  const [first, second] = [join(directory, 'out', 'd', '1.pdf'), join(directory, 'again.pdf')].map((pdf) => ({
    words: wordsOf(pdf),
    image: readPdf(pdf).image,
  }));
  expect(first?.image).toMatchObject({ widthPx: 150 });
  expect(second).toEqual(first);
});

it('explains itself', async () => {
  const { run } = await openMergeCommand([]);

  expect(await run('merge', '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('%SG_NEXT-RECORD%') });
  expect(await run('merge')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Try: pubpipe-render merge --help'),
  });
});
