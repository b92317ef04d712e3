import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { documentOf, documents, linkedImage, printFeaturesWith, threePagesWith } from '../fixtures/documents.ts';
import { openCommandForTest } from './open-command.ts';
import { readPdf } from './read-pdf.ts';

const widthPt = 209.76;
const threeMillimetres = (3 * 72) / 25.4;
const noFont = documentOf(threePagesWith(/DejaVu Sans Book/g, 'No Such Font'), linkedImage);

it('writes a PDF beside the document', async () => {
  const { directory, jobs, lay, run } = await openCommandForTest();
  const document = await lay(documents.sound, 'flyer');

  const { code, stdout, stderr } = await run(document);

  expect({ code, stderr, stdout }).toEqual({
    code: 0,
    stderr: '',
    stdout: `${document}: 3 pages → flyer/document.pdf\n`,
  });
  expect((await readdir(join(directory, 'flyer'))).toSorted()).toEqual(['document.pdf', 'document.sla', 'red.png']);
  expect((await readFile(join(directory, 'flyer/document.pdf'))).toString('latin1', 0, 5)).toBe('%PDF-');
  expect(await readdir(jobs)).toEqual([]);
});

it('writes PDF and page images where it is told, and replaces what is there', async () => {
  const { directory, lay, run } = await openCommandForTest();
  const document = await lay(documents.sound, 'flyer');
  await writeFile(join(directory, 'out.pdf'), 'old');
  const images = ['--png', 'pages/of/it', '--jpeg', 'pages/of/it', '--dpi', '36'];

  const { code } = await run(document, '--pdf', 'out.pdf', ...images, '--pages', '1,3');

  expect(code).toBe(0);
  expect((await readdir(join(directory, 'pages/of/it'))).toSorted()).toEqual(
    [1, 3].flatMap((page) => ['jpg', 'png'].map((ending) => `document-page-000${page}.${ending}`)),
  );
  expect((await readdir(directory)).toSorted()).toEqual(['flyer', 'jobs', 'out.pdf', 'pages']);
  expect(readPdf(join(directory, 'out.pdf')).info).toMatchObject({ Pages: '2' });
});

it('makes a PDF for the press with the options of flags and of a file', async () => {
  const { directory, lay, run } = await openCommandForTest();
  const document = await lay(printFeaturesWith(), 'flyer');
  await writeFile(join(directory, 'press.json'), '{ "compression": "zip", "bleed": "none" }');
  const intent = 'ISO Coated v2 300% (basICColor)';
  const flags = ['--profile', 'pdf/x-4', '--bleed', '3mm', '--marks', 'crop,registration', '--output-intent', intent];

  const { code } = await run(document, '--pdf', 'press.pdf', ...flags, '--options', 'press.json');

  expect(code).toBe(0);
  const { info, boxes, image } = readPdf(join(directory, 'press.pdf'));
  expect(info).toMatchObject({ 'PDF subtype': 'PDF/X-4' });
  expect(image).toMatchObject({ encoding: 'image' });
  const [left = 0, , right = 0] = boxes.BleedBox;
  expect(right - left).toBeCloseTo(widthPt + 2 * threeMillimetres, 1);
  expect(boxes.MediaBox[2]).toBeGreaterThan(right - left + 2 * 20 - 1);
});

it('prints one JSON object a line and document, renders the good and says why the others failed', async () => {
  const { directory, lay, run } = await openCommandForTest();
  const good = await lay(documents.sound, 'good');
  const bad = await lay(documents.missingImage, 'bad');
  const unreadable = await lay(documents.unreadable, 'unreadable');

  const { code, stdout, stderr } = await run('--json', good, bad, unreadable, '--pdf', 'good', '--preflight', 'good')
    // Three documents of the same name: nothing can be in one directory.
    .then((refused) => {
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      return run('--json', good, bad, unreadable);
    });

  const ended = new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly document: string })
      .map((event) => [event.document, event]),
  );
  expect({ code, stderr, lines: stdout.split('\n').length }).toEqual({ code: 9, stderr: '', lines: 4 });
  expect(ended.get(good)).toEqual({
    document: good,
    status: 'rendered',
    outputs: [join(directory, 'good/document.pdf')],
    pageCount: 3,
    findings: [],
    durationMs: expect.any(Number),
    stageMs: expect.objectContaining({ exporting: expect.any(Number) }),
    renderedBy: { name: 'scribus', version: expect.any(String) },
    provenance: expect.objectContaining({ document: { name: 'document.sla', sha256: expect.any(String) } }),
  });
  const missing = { check: 'missing-image', file: documents.missingImage.file };
  expect(ended.get(bad)).toEqual({
    document: bad,
    status: 'failed',
    outputs: [],
    pageCount: 3,
    findings: [expect.objectContaining(missing)],
    durationMs: expect.any(Number),
    error: { code: 'PREFLIGHT_FAILED', message: expect.any(String), retryable: false, details: {} },
  });
  expect(ended.get(unreadable)).toMatchObject({
    status: 'failed',
    findings: [],
    error: { code: 'DOCUMENT_UNREADABLE', details: { line: expect.any(Number) } },
  });
  expect((await readdir(join(directory, 'bad'))).toSorted()).toEqual(['document.sla']);
});

it('renders what a check found when it may, and says so', async () => {
  const { lay, run } = await openCommandForTest();
  const document = await lay(documents.missingImage, 'flyer');
  const stderr = `${document}: The image "${documents.missingImage.file}" on page 1 is missing.\n`;

  expect(await run('--fail-on', 'none', document)).toMatchObject({ code: 0, stderr });
  expect(await run('--fail-on', 'missing-font,overset-text', document)).toMatchObject({ code: 0, stderr });
});

it('fails for the findings that it is told', async () => {
  const { lay, run } = await openCommandForTest();
  const document = await lay(noFont, 'flyer');

  expect(await run(document)).toMatchObject({ code: 0, stderr: expect.stringContaining('No Such Font') });
  expect(await run('--fail-on', 'missing-font', document)).toMatchObject({ code: 5 });
  expect(await run('--profile', 'print', document)).toMatchObject({ code: 5 });
});

it('writes the report of the check, also when it fails the document', async () => {
  const { directory, lay, run } = await openCommandForTest();
  const sound = await lay(documents.sound, 'flyer');
  await lay(documents.missingImage, 'bad');
  await rename(join(directory, 'bad/document.sla'), join(directory, 'bad/bad.sla'));
  const read = async (name: string) => JSON.parse(await readFile(join(directory, name), 'utf8'));
  const findings = [{ check: 'missing-image', page: 1 }];

  const both = await run('--json', sound, 'bad/bad.sla', '--preflight', 'new/reports');
  const one = await run('bad/bad.sla', '--preflight', 'report.json');

  expect([both.code, one.code]).toEqual([5, 5]);
  expect(await read('new/reports/document.preflight.json')).toMatchObject({ version: 1, pageCount: 3, findings: [] });
  expect(await read('new/reports/bad.preflight.json')).toMatchObject({ version: 1, findings });
  expect(await read('report.json')).toEqual(await read('new/reports/bad.preflight.json'));
  for (const name of ['document', 'bad'])
    expect(both.stdout).toContain(`"preflight":"${directory}/new/reports/${name}.preflight.json"`);
  expect(await readdir(join(directory, 'bad'))).toEqual(['bad.sla']);
});

it('prints the report and nothing else when it is told', async () => {
  const { lay, run } = await openCommandForTest();
  const sound = await lay(documents.sound, 'flyer');
  const bad = await lay(documents.missingImage, 'bad');

  const printed = await run(sound, '--preflight', '-');
  const failed = await run(bad, '--preflight', '-');

  expect(printed).toMatchObject({ code: 0, stderr: `${sound}: 3 pages → flyer/document.pdf\n` });
  expect(JSON.parse(printed.stdout)).toMatchObject({ version: 1, findings: [] });
  expect(failed).toMatchObject({ code: 5, stderr: expect.stringMatching(/^[^\n]*\[PREFLIGHT_FAILED\]\n$/) });
  expect(JSON.parse(failed.stdout)).toMatchObject({ version: 1, findings: [{ check: 'missing-image' }] });
});

it('refuses a document that links files elsewhere, says what allows it, and renders it then', async () => {
  const { directory, lay, run } = await openCommandForTest();
  const document = await lay(documentOf(threePagesWith('PFILE="red.png"', 'PFILE="../images/red.png"')), 'job/docs');
  await mkdir(join(directory, 'job/images'));
  await writeFile(join(directory, 'job/images/red.png'), linkedImage['red.png']);

  const refused = await run(document);
  const [, told = ''] = /--input-directory (\S+)/.exec(refused.stderr) ?? [];

  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('[UNSAFE_DOCUMENT]') });
  expect(told).toBe(join(directory, 'job'));
  expect(await run(document, '--input-directory', told)).toMatchObject({ code: 0, stderr: '' });
  expect(await run(document, '--input-directory', 'jobs')).toMatchObject({ code: 2, stdout: '' });
});

it('renders without the sandbox when it is told, and with fonts of a directory', async () => {
  const { directory, lay, run } = await openCommandForTest();
  const document = await lay(documents.sound, 'flyer');
  await mkdir(join(directory, 'fonts'));

  expect(await run('--sandbox', 'off', '--font-directory', 'fonts', document)).toMatchObject({ code: 0, stderr: '' });
});

it('explains itself', async () => {
  const { run } = await openCommandForTest();
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));

  expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Exit codes'), stderr: '' });
});
