import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobArtifact, MergeJobRequest, Pipeline } from '@pubpipe/core';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
import { createScribusMerger } from '@pubpipe/scribus-runner/merge';
import { expect, onTestFinished, test } from 'vitest';
import { fixtures } from '../../../packages/scribus-runner/test/merge/open-merge.ts';
import { endOf, readReport, recordsOf } from '../support/merge-scene.ts';
import { openTestPipeline } from '../support/open-test-pipeline.ts';

const csv = `name,title,photo,colour
Anna,Dr.,red.png,Black
Bert,,missing.png,Black
"Cléo ""C"" & Söhne",,,Black
Dora,,red.png,Nowhere
`;

async function openMerging() {
  const renderer = createScribusRenderer();
  onTestFinished(() => renderer.close());
  const merging = { merger: createScribusMerger(renderer), pdfJoiner: createPdfJoiner() };
  return await openTestPipeline({ renderer, worker: merging });
}

async function contentOf(pipeline: Pipeline, file: JobArtifact | undefined): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync((await pipeline.download({ id: file?.artifact.id ?? '' })).body));
}

async function uploadFile(pipeline: Pipeline, fileName: string, content: Uint8Array) {
  const source = (async function* () {
    yield content;
  })();
  return (await pipeline.upload({ fileName, content: source })).id;
}

test('a merge makes PDFs, proofs and one PDF of all with real Scribus, and leaves out what can not be made', async () => {
  const { pipeline, directory, stopWorkers, scratchLeftovers } = await openMerging();
  const photo = await uploadFile(pipeline, 'red.png', await readFile(join(fixtures, 'red-150.png')));
  const { job } = await pipeline.submit({
    type: 'merge',
    template: await uploadFile(pipeline, 'card.sla', await readFile(join(fixtures, 'merge', 'card.sla'))),
    data: { artifact: await uploadFile(pipeline, 'people.csv', Buffer.from(csv)) },
    assets: [{ name: 'images/red.png', artifact: photo }],
    name: 'cards/%VAR_name%',
    output: 'both',
    proofs: { records: [3] },
    keepDocuments: true,
    onRecordError: 'skip',
  });
  const done = await endOf(pipeline, job);
  expect(done).toMatchObject({ status: 'completed', attempt: 1 });
  const records = await recordsOf(pipeline, done);
  const cleo = 'cards/Cléo _C_ & Söhne';
  expect(
    records.map(({ name, status, error, files }) => [name, status, error?.code, files.map((file) => file.name)]),
  ).toEqual([
    ['cards/Anna', 'rendered', undefined, ['cards/Anna.pdf', 'cards/Anna.sla']],
    ['cards/Bert', 'failed', 'PREFLIGHT_FAILED', []],
    ['cards/Cléo _C_ & Söhne', 'rendered', undefined, [`${cleo}.pdf`, `${cleo}.sla`, `${cleo}-proof-0001.png`]],
    ['cards/Dora', 'failed', 'RECORD_INVALID', []],
  ]);
  expect(done.outputs.map(({ name }) => name)).toEqual(['merged.pdf']);
  const merged = join(directory, 'merged.pdf');
  await writeFile(merged, (await pipeline.download(done.outputs[0]?.artifact ?? { id: '' })).body);
  const text = execFileSync('pdftotext', ['-layout', merged, '-'], { encoding: 'utf8' });
  const words = text.split('\f').map((page) => page.replaceAll(/\s+/g, ' ').trim());
  expect(words).toHaveLength(3);
  expect(words[0]).toContain('Anna');
  expect(words[1]).toContain('Cléo "C" & Söhne');
  const outlines = JSON.parse(
    execFileSync('qpdf', ['--json', '--json-key=outlines', merged], { encoding: 'utf8' }),
  ) as {
    outlines: readonly { title: string }[];
  };
  expect(outlines.outlines.map(({ title }) => title)).toEqual(['cards/Anna', cleo]);
  expect(await readReport(pipeline, done)).toMatchObject({
    path: 'xml',
    pathReason: 'an attribute of PAGEOBJECT has variables',
    rendered: 2,
    failed: 2,
    paths: { fast: 0, xml: 4 },
    missingProofs: [],
    joined: {
      output: 'merged.pdf',
      pageCount: 2,
      documents: [
        { records: { first: 1, last: 1 }, name: 'cards/Anna', firstPage: 1, pageCount: 1 },
        { records: { first: 3, last: 3 }, firstPage: 2, pageCount: 1 },
      ],
    },
    findings: [{ check: 'missing-image', records: [2], documents: 1 }],
  });

  // What was kept is a document like any other: with the same files it gives the same page. A missing image would fail it.
  const sla = await contentOf(pipeline, records[0]?.files[1]);
  const { job: again } = await pipeline.submit({
    document: await uploadFile(pipeline, 'Anna.sla', sla),
    documentName: 'cards/Anna.sla',
    renditions: [{ kind: 'pdf' }],
    assets: [{ name: 'images/red.png', artifact: photo }],
  });
  const [pdf] = (await endOf(pipeline, again)).outputs;
  await writeFile(merged, await contentOf(pipeline, pdf));
  expect(execFileSync('pdftotext', ['-layout', merged, '-'], { encoding: 'utf8' })).toBe(`${text.split('\f')[0]}\f`);
  await stopWorkers();
  expect(await scratchLeftovers()).toEqual([]);
});

test('a merge understands empty values and line breaks as it is told, and reports how each document was made', async () => {
  const { pipeline, directory } = await openMerging();
  const template = (await readFile(join(fixtures, 'merge', 'cards.sla'), 'utf8')).replaceAll('%SG_NEXT-RECORD%', '');
  const uploads = {
    template: await uploadFile(pipeline, 'cards.sla', Buffer.from(template)),
    data: { artifact: await uploadFile(pipeline, 'rows.csv', Buffer.from('name,city\nA,"x\ny"\nB,\n')) },
  };
  const textsOf = async (choices: Pick<MergeJobRequest, 'emptyValues' | 'lineBreaks'>) => {
    const { job } = await pipeline.submit({ type: 'merge', ...uploads, ...choices });
    const done = await endOf(pipeline, job);
    expect(await readReport(pipeline, done)).toMatchObject({
      path: 'fast',
      pathReason: null,
      paths: { fast: 2, xml: 0 },
      documents: [{ path: 'fast' }, { path: 'fast' }],
    });
    const texts: string[] = [];
    for (const { files } of await recordsOf(pipeline, done)) {
      const pdf = join(directory, 'card.pdf');
      await writeFile(pdf, (await pipeline.download({ id: files[0]?.artifact.id ?? '' })).body);
      texts.push(execFileSync('pdftotext', ['-raw', pdf, '-'], { encoding: 'utf8' }).trim());
    }
    return texts;
  };

  expect(await textsOf({})).toEqual(['A, x\ny\nA, x\ny\nA, x\ny', 'B\nB\nB']);
  expect(await textsOf({ emptyValues: 'keep-separators', lineBreaks: 'space' })).toEqual([
    'A, x y\nA, x y\nA, x y',
    'B,\nB,\nB,',
  ]);
});
