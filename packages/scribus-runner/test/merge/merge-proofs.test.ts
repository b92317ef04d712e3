import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openMergeCommand } from './open-merge-command.ts';

const merge = ['merge', 'card.sla', '--data', 'rows.csv', '--out', 'out', '--report', 'report.json'];

it('makes page images of the records that are to be looked at, and says which files they are', async () => {
  const rows = ['Anna,,x,red.png', 'Bert,,y,', 'Cleo,,z,../secret.png', 'Dora,,x,'];
  const { run, filesIn, readReport, directory } = await openMergeCommand(rows);

  const { code, stderr } = await run(...merge, '--proof', '1,3-4', '--proof-dpi', '144');

  const proofs = ['1-proof-0001.png', '4-proof-0001.png'];
  expect({ code, files: await filesIn('out') }).toEqual({
    code: 4,
    files: [proofs[0], '1.pdf', '2.pdf', proofs[1], '4.pdf'],
  });
  expect(stderr).toContain('No proofs of record 3.');
  const { documents, missingProofs } = await readReport('report.json');
  expect(missingProofs).toEqual([3]);
  const pathOf = (name = '') => join(directory, 'out', name);
  const told = documents.toSorted((a: Told, b: Told) => a.records.first - b.records.first);
  expect(told.map((document: Told) => [document.outputs.toSorted(), document.proofs])).toEqual([
    [[pathOf(proofs[0]), pathOf('1.pdf')], [pathOf(proofs[0])]],
    [[pathOf('2.pdf')], []],
    [[], []],
    [[pathOf(proofs[1]), pathOf('4.pdf')], [pathOf(proofs[1])]],
  ]);
  expect(await sizeOf(pathOf(proofs[0]))).toEqual({ width: 482, height: 312 });
});

it('makes them of the documents that the records share, in a folder of their own, beside one PDF of all', async () => {
  const rows = Array.from({ length: 8 }, (_, index) => `name ${index + 1}`);
  const { run, filesIn, readReport, directory } = await openMergeCommand(rows, 'name');
  const flags = ['--data', 'rows.csv', '--out', 'out', '--merge', '--report', 'report.json', '--from', '2'];

  const { code } = await run('merge', 'cards.sla', ...flags, '--proof', '2,4,8', '--proof-directory', 'proofs');

  expect({ code, files: await filesIn('out') }).toEqual({ code: 0, files: ['cards.pdf'] });
  expect(await filesIn('proofs')).toEqual(['4-proof-0001.png', '8-proof-0001.png']);
  const { documents, missingProofs } = await readReport('report.json');
  expect(missingProofs).toEqual([]);
  for (const { outputs, proofs, records } of documents as readonly Told[]) {
    expect(outputs).toEqual(proofs);
    const name = { 2: '4', 8: '8' }[records.first];
    expect(proofs).toEqual(name === undefined ? [] : [join(directory, 'proofs', `${name}-proof-0001.png`)]);
  }
});

it('makes them beside page images of all records, in a resolution of their own', async () => {
  const { run, filesIn, directory } = await openMergeCommand(['Anna', 'Bert'], 'name');

  const images = ['--png', 'previews', '--dpi', '144', '--pages', '1'];
  const { code } = await run('merge', 'card.sla', '--data', 'rows.csv', ...images, '--proof', '2');

  const files = ['1-page-0001.png', '2-page-0001.png', '2-proof-0001.png'];
  expect({ code, files: await filesIn('previews') }).toEqual({ code: 0, files });
  const [, image, proof] = await Promise.all(files.map((name) => sizeOf(join(directory, 'previews', name))));
  expect([image?.width, proof?.width]).toEqual([482, 241]);
});

it.each([
  [['--proof', '0'], /--proof must be records such as 1-3,5/],
  [['--proof', '2,1'], /--proof must ascend, each record once/],
  [['--proof', '2,4'], /--proof: record 4 is not rendered, only those from 1 to 3 are/],
  [['--proof', '1,2', '--from', '2'], /--proof: record 1 is not rendered, only those from 2 to 3 are/],
  [['--proof', '3', '--to', '2'], /--proof: record 3 is not rendered, only those from 1 to 2 are/],
  [['--proof', '1', '--proof-dpi', '17'], /--proof-dpi must be an integer from 18 to 1200/],
  [['--proof-dpi', '96'], /--proof-dpi is about proofs: say --proof too/],
  [['--proof-directory', 'x'], /--proof-directory is about proofs: say --proof too/],
  [['--proof', '1', '--proof-directory', 'rows.csv'], /rows.csv is not a directory/],
  [['--proof', '1', '--dpi', '96'], /--dpi is about --png and --jpeg; of proofs it is --proof-dpi/],
])('refuses %j before anything is rendered', async (flags, says) => {
  const { run, filesIn } = await openMergeCommand(['a,,,', 'b,,,', 'c,,,']);

  const { code, stderr, stdout } = await run(...merge, ...flags);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(says);
  await expect(filesIn('out')).rejects.toMatchObject({ code: 'ENOENT' });
});

interface Told {
  readonly records: { readonly first: number };
  readonly outputs: readonly string[];
  readonly proofs: readonly string[];
}

/** Pixels of a PNG, as its header says. */
async function sizeOf(png: string) {
  const header = await readFile(png);
  return { width: header.readUInt32BE(16), height: header.readUInt32BE(20) };
}
