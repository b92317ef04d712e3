import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { leavesOutScribusRoot } from '../../../../test/kit/scribus-root.ts';
import { openRendererForTest } from '../integration/open-renderer.ts';
import { installedScribus, openScribus16, type ScribusInstallation } from '../integration/scribus-installations.ts';
import { renderBothWays } from './both-paths.ts';
import { fixtures, openMerge } from './open-merge.ts';

const long = 'many words that go on and on '.repeat(40);
const texts = [
  'Anna,Bert,Carla,short',
  ',Bert,Carla,short',
  'Anna,,Carla,short',
  'Anna,Bert,,short',
  'Anna,,,',
  ',,,',
  `"two\nlines",tab\there,"a ""quoted"" & <b>",${long}`,
  'שלום עולם,مرحبا,ไทย,日本語の文章',
  '😀👩‍👩‍👧,e\u0301e\u0301,%VAR_a%,a\u00a0b\u200bc',
  `${'W'.repeat(200)},i,ﬁ ﬂ,x`,
  '100 %,;,a - b,"  spaces  "',
];

/** Renders all texts by both paths of a Scribus. */
async function renderTexts(installation: ScribusInstallation) {
  const { renderer } = await openRendererForTest({ slots: 2, scribus: installation.scribus });
  const { merge, leftBeside } = await openMerge(renderer, 'texts.sla');
  const records = await renderBothWays(merge, `a,b,c,long\n${texts.join('\n')}\n`);
  return {
    fast: records.map(({ fast }) => fast),
    xml: records.map(({ xml }) => xml),
    paths: records.map(({ path, reason }) => (path === 'fast' ? path : reason)),
    leftBeside: await leftBeside(),
  };
}

const moves = 'the format of a paragraph moves';
const expectedPaths = texts.map((_, index) => (index === 4 || index === 5 ? moves : 'fast'));

it('gives the same pages, words and findings by both paths, record by record', { timeout: 120_000 }, async () => {
  const { fast, xml, paths, leftBeside } = await renderTexts(installedScribus);

  expect(fast).toEqual(xml);
  expect(paths).toEqual(expectedPaths);
  expect(xml.flatMap(({ findings }) => findings)).not.toEqual([]);
  expect(leftBeside).toEqual([]);
});

describe.skipIf(leavesOutScribusRoot(process.env))('on Scribus 1.6 (left out by SCRIBUS_1_6_ROOT=none)', () => {
  it('gives the same by both paths', { timeout: 800_000 }, async () => {
    const { fast, xml, paths } = await renderTexts(await openScribus16());

    expect(fast).toEqual(xml);
    expect(paths).toEqual(expectedPaths);
  });
});

it('gives the same where a template has a static image, and several records on a page', {
  timeout: 60_000,
}, async () => {
  const { renderer } = await openRendererForTest({ slots: 2 });
  const cards = await openMerge(renderer, 'business-card.sla');
  const sheets = await openMerge(renderer, 'cards.sla');

  const records = [
    ...(await renderBothWays(cards.merge, 'title,name,phone,email,web,street,city\nDr.,Anna,1,a@b,,,\n,B,,,,s,c\n')),
    ...(await renderBothWays(sheets.merge, 'name,city\nA,1\nB,\n,3\nD,4\n')),
  ];

  expect(records.map(({ path }) => path)).toEqual(['fast', 'fast', 'fast', 'fast']);
  for (const { fast, xml } of records) expect(fast).toEqual(xml);
});

it('removes a frame that is left empty also where it is locked', { timeout: 60_000 }, async () => {
  const { renderer } = await openRendererForTest({ slots: 2 });
  const { merge, inputDirectory } = await openMerge(renderer, 'texts.sla');
  const template = join(inputDirectory, 'texts.sla');
  const source = await readFile(template, 'utf8');
  await writeFile(template, source.replace('ANNAME="optional"', 'LOCK="1" ANNAME="optional"'));

  const [record] = await renderBothWays(merge, 'a,b,c,long\nAnna,,Carla,short\n');

  expect(record?.path).toBe('fast');
  expect(record?.fast).toEqual(record?.xml);
});

it('fills templates as files where more than texts has variables, and says why', async () => {
  const { renderer } = await openRendererForTest({ slots: 2 });
  const { merge, inputDirectory } = await openMerge(renderer, 'cards.sla');
  const template = join(inputDirectory, 'cards.sla');
  const source = await readFile(template, 'utf8');
  const documentsOf = async (text: string) => {
    await writeFile(template, text);
    return await Array.fromAsync(await merge('name,city\nA,1\n', { failOn: [] }));
  };

  const [ofInformation] = await documentsOf(source.replace('AUTHOR=""', 'AUTHOR="%VAR_name%"'));
  const [withLink] = await documentsOf(source.replace('ANNAME="person 1"', 'ANNAME="%VAR_name%"'));
  await cp(join(fixtures, 'merge', 'cards.sla'), template);
  const [asked] = await Array.fromAsync(await merge('name,city\nA,1\n', { fastPath: false }));

  expect([ofInformation, withLink, asked].map((document) => [document?.status, document?.path])).toEqual(
    Array.from({ length: 3 }, () => ['rendered', 'xml']),
  );
  expect([ofInformation, withLink, asked].map((document) => document?.pathReason)).toEqual([
    'the information on the document has variables',
    'an attribute of PAGEOBJECT has variables',
    'it was not to be taken',
  ]);
});
