import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Renderer } from '@pubpipe/core';
import type { MergedDocument } from '@pubpipe/scribus-runner/merge';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commonestInPng } from '../fixtures/commonest-colour.ts';
import { openRenderer, type RendererUnderTest } from '../integration/open-renderer.ts';
import { readPdf } from '../integration/read-pdf.ts';
import { inOrder, openMerge, wordsOf } from './open-merge.ts';

let opened: RendererUnderTest;
let renderer: Renderer;
beforeAll(async () => {
  opened = await openRenderer({ slots: 2 });
  renderer = opened.renderer;
});
afterAll(() => opened.close());

const header = 'title,name,phone,web,city,note,about,photo,colour,size';
const anna = 'Dr.,Anna,01 & <02>,,"Köln\n50667",hello,"about ""her""",red.png,Ocean,9';

function rendered(document: MergedDocument | undefined) {
  if (document?.status !== 'rendered') throw document?.error ?? new Error('There is no such document.');
  return document;
}
const pdfOf = (document: MergedDocument | undefined) => join(rendered(document).directory, 'document.pdf');

it('renders a document a record, with values in split runs, paragraphs, chains, images, colours and object attributes', async () => {
  const { merge, leftBeside, inputDirectory } = await openMerge(renderer, 'card.sla');

  const documents = await inOrder(
    await merge(`${header}\n${anna}\n,Bert,,,,,,,Leaf,\n`, {
      renditions: [{ kind: 'pdf' }, { kind: 'png' }],
      countDigits: 2,
    }),
  );

  const [first, second] = documents.map(rendered);
  expect(documents.map(({ name }) => name)).toEqual(['01', '02']);
  const words = wordsOf(pdfOf(first));
  for (const part of ['Dear Dr. Anna!', '01 & <02>', 'Köln', '50667', 'hello', 'about "her"', 'Nr. 1'])
    expect(words).toContain(part);
  expect(wordsOf(pdfOf(second))).toBe('Dear Bert! Phone, web, post: Nr. 2');
  expect(readPdf(pdfOf(first)).image).toMatchObject({ widthPx: 150 });
  expect(readPdf(pdfOf(second)).image).toBeUndefined();
  expect(readPdf(pdfOf(first)).info['Title']).toBe('01');
  const image = await readFile(join(rendered(second).directory, 'page-0001.png'));
  expect(commonestInPng(image)).toEqual([0, 255, 0]);
  expect(await leftBeside()).toEqual([]);
  expect(await readdir(join(inputDirectory, 'images'))).toEqual(['red.png']);
});

it('shows values of every kind as they are', async () => {
  const { merge } = await openMerge(renderer, 'card.sla');
  const value = `"ITEXT CH='x'/> &amp; ""q"" %VAR_name% a\tb\nc =1+1"`;

  const [document] = await inOrder(await merge(`name,about\nשלום,${value}\n`));

  const words = wordsOf(pdfOf(document));
  expect(words).toContain(`ITEXT CH='x'/> &amp; "q"`);
  expect(words).toContain('%VAR_name%');
  expect(words).toContain('c =1+1');
  expect(words).toMatch(/Dear \p{Bidi_Control}*!?שלום/u);
});

it('puts several records on a page, and leaves no frame where there is no record', async () => {
  const { merge } = await openMerge(renderer, 'cards.sla');

  const documents = await inOrder(await merge('name,city\nA,1\nB,2\nC,3\nD,4\n', { name: '%VAR_name%' }));

  expect(documents.map(({ records, name }) => ({ ...records, name }))).toEqual([
    { first: 1, last: 3, name: 'C' },
    { first: 4, last: 4, name: 'D' },
  ]);
  expect(documents.map((document) => wordsOf(pdfOf(document)))).toEqual(['A, 1 B, 2 C, 3', 'D, 4']);
});

it('fails a record for itself, and says which frame it overflows', async () => {
  const { merge, outputDirectory, leftBeside } = await openMerge(renderer, 'card.sla');
  const rows = [
    'good,,,,fine,red.png',
    `long,,,,${'too much text '.repeat(100)},red.png`,
    'climbs,,,,fine,../../secret.png',
    'missing,,,,fine,nobody.png',
    'mauve,,,Mauve,fine,',
    'many,,,,fine,red.png,more',
    'good too,,,,fine,',
  ];

  const documents = await inOrder(
    await merge(`name,phone,web,colour,about,photo\n${rows.join('\n')}\n`, {
      failOn: ['overset-text', 'missing-image'],
    }),
  );

  const codes = documents.map((document) => (document.status === 'failed' ? document.error.code : 'ok'));
  expect(codes).toEqual([
    'ok',
    'PREFLIGHT_FAILED',
    'RECORD_INVALID',
    'PREFLIGHT_FAILED',
    'RECORD_INVALID',
    'RECORD_INVALID',
    'ok',
  ]);
  const details = documents.map((document) => (document.status === 'failed' ? document.error.details : {}));
  expect(details[1]?.['findings']).toEqual([expect.objectContaining({ check: 'overset-text', object: 'chain 2' })]);
  expect(details[2]).toMatchObject({ reason: 'asset', record: 3, column: 'photo' });
  expect(details[4]).toMatchObject({ reason: 'colour', record: 5, column: 'colour', value: 'Mauve' });
  expect(details[5]).toMatchObject({ reason: 'columns', record: 6, line: 7 });
  expect((await readdir(outputDirectory)).length).toBe(2);
  expect(await leftBeside()).toEqual([]);
});

it('screens each document, so that a value brings no script into a link', async () => {
  const { merge, inputDirectory } = await openMerge(renderer, 'card.sla');
  const template = join(inputDirectory, 'card.sla');
  const text = await readFile(template, 'utf8');
  await writeFile(template, text.replace('ANNAME="box"', 'ANNAME="box" ANEXTERN="%VAR_link%"'));

  const documents = await inOrder(await merge('name,link\na,https://example.org/\nb,javascript:app.alert(1)\n'));

  expect(documents.map(({ status }) => status)).toEqual(['rendered', 'failed']);
  expect(documents[1]).toMatchObject({ error: { code: 'UNSAFE_DOCUMENT', details: { reason: 'javascript' } } });
});

it('begins nothing after a failure when it is to stop', async () => {
  const { merge } = await openMerge(renderer, 'card.sla');
  const rows = ['x,../a', ...Array.from({ length: 20 }, (_, index) => `${index},`)];

  const documents = await Array.fromAsync(await merge(`name,photo\n${rows.join('\n')}\n`, { onRecordError: 'stop' }));

  expect(documents.filter(({ status }) => status === 'failed').length).toBe(1);
  expect(documents.length).toBeLessThanOrEqual(3);
});

it('renders a range, under the names that all would have', async () => {
  const { merge } = await openMerge(renderer, 'cards.sla');
  const csv = 'name,city\nA,1\nA,2\nA,3\nA,4\nA,5\nA,6\nA,7\n';

  const all = await inOrder(await merge(csv, { name: '%VAR_name%' }));
  const some = await inOrder(await merge(csv, { name: '%VAR_name%', from: 4, to: 6 }));

  expect(all.map(({ name }) => name)).toEqual(['A', 'A-6', 'A-7']);
  expect(some.map(({ name, records }) => ({ name, ...records }))).toEqual([{ name: 'A-6', first: 4, last: 6 }]);
  expect(await readFile(pdfOf(some[0]))).toEqual(await readFile(pdfOf(all[1])));
});

it('hands over what was rendered before the data turned out to be broken', async () => {
  const { merge, leftBeside } = await openMerge(renderer, 'cards.sla');
  const documents: MergedDocument[] = [];

  const broken = (async () => {
    for await (const document of await merge('name,city\nA,1\nB,2\nC,3\n"D,4\n')) documents.push(document);
  })();

  await expect(broken).rejects.toMatchObject({ code: 'DATA_UNREADABLE', details: { reason: 'syntax' } });
  expect(documents.map(({ status }) => status)).toEqual(['rendered']);
  expect(await leftBeside()).toEqual([]);
});

it('leaves no render and no file when it is cancelled, or when nobody goes on taking documents', async () => {
  const { merge, leftBeside, outputDirectory } = await openMerge(renderer, 'card.sla');
  const csv = `name\n${'A\n'.repeat(50)}`;
  const taken: string[] = [];
  const cancelling = new AbortController();

  const cancelled = (async () => {
    for await (const document of await merge(csv, {}, { signal: cancelling.signal })) {
      taken.push(rendered(document).directory);
      cancelling.abort();
    }
  })();

  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await leftBeside()).toEqual([]);
  for await (const document of await merge(csv)) {
    taken.push(rendered(document).directory);
    break;
  }
  expect(await leftBeside()).toEqual([]);
  expect((await readdir(outputDirectory)).map((name) => join(outputDirectory, name)).toSorted()).toEqual(
    taken.toSorted(),
  );
  expect(await renderer.health()).toMatchObject({ busy: 0 });
});
