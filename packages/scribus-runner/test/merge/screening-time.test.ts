import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRendererForTest } from '../integration/open-renderer.ts';
import { inOrder, openMerge } from './open-merge.ts';

it('screens the document of a record no longer than it may be opened, and asks no process for it', async () => {
  const { renderer, processes } = await openRendererForTest({ slots: 1, limits: { openMs: 500 } });
  const { merge, inputDirectory, leftBeside } = await openMerge(renderer, 'texts.sla');
  const template = join(inputDirectory, 'texts.sla');
  const source = await readFile(template, 'utf8');
  await writeFile(template, source.replaceAll('%VAR_long%', '%VAR_long% '.repeat(20)));
  // The template is small. What its value makes of the record is millions of paragraphs.
  const lines = '\n'.repeat(30_000);
  const stages: string[] = [];

  const [document] = await inOrder(
    await merge(`a,b,c,long\n1,2,3,"${lines}"\n`, { failOn: [] }, { onProgress: (_, { stage }) => stages.push(stage) }),
  );

  expect(document).toMatchObject({
    path: 'fast',
    error: { code: 'RENDER_TIMEOUT', details: { stage: 'opening', timeoutMs: 500, of: 'stage' } },
  });
  expect(stages).toEqual(['waiting']);
  expect(await processes()).toEqual([]);
  expect(await leftBeside()).toEqual([]);
});
