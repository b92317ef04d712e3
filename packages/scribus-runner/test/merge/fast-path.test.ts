import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Renderer } from '@pubpipe/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRenderer, type RendererUnderTest } from '../integration/open-renderer.ts';
import { renderBothWays } from './both-paths.ts';
import { openMerge } from './open-merge.ts';

let opened: RendererUnderTest;
let renderer: Renderer;
beforeAll(async () => {
  opened = await openRenderer({ slots: 2 });
  renderer = opened.renderer;
});
afterAll(() => opened.close());

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

it('gives the same pages, words and findings by both paths, record by record', { timeout: 120_000 }, async () => {
  const { merge, leftBeside } = await openMerge(renderer, 'texts.sla');

  const records = await renderBothWays(merge, `a,b,c,long\n${texts.join('\n')}\n`);

  for (const { fast, xml } of records) expect(fast).toEqual(xml);
  const moves = 'the format of a paragraph moves';
  expect(records.map(({ path, reason }) => (path === 'fast' ? path : reason))).toEqual([
    ...['fast', 'fast', 'fast', 'fast', moves, moves],
    ...texts.slice(6).map(() => 'fast'),
  ]);
  expect(records.some(({ xml }) => xml.findings.length > 0)).toBe(true);
  expect(await leftBeside()).toEqual([]);
});
