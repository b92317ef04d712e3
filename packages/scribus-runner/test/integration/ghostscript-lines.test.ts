import { readdirSync, readlinkSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { ghostscriptConverts, openRendererForTest } from './open-renderer.ts';
import { processesOf } from './renderer-processes.ts';
import { withoutLandlock } from './without-landlock.ts';

it.each([
  { way: 'warm', options: { mode: 'warm' } },
  { way: 'cold', options: { mode: 'cold' } },
  { way: 'under bubblewrap', options: withoutLandlock },
] as const)('hands no line of its own to Ghostscript, $way', async ({ options }) => {
  const opened = await openRendererForTest(options);
  const controller = new AbortController();
  const outcome = Promise.allSettled([opened.render(documents.endless, {}, { signal: controller.signal })]);
  await ghostscriptConverts(opened.processes);

  const ghostscript = (await processesOf(opened.temporaryDirectory)).find(({ command }) =>
    /gs .*-sOutputFile/.test(command),
  );
  const directory = `/proc/${ghostscript?.id}/fd`;
  // Once it has begun, it has files open: the document that it converts, and what it makes of it.
  const held = await vi.waitFor(
    () => {
      const further = readdirSync(directory).filter((number) => Number(number) > 2);
      expect(further).not.toEqual([]);
      return further.map((number) => readlinkSync(`${directory}/${number}`));
    },
    { timeout: 20_000 },
  );

  controller.abort();
  await outcome;
  expect(held.filter((target) => !target.startsWith('/'))).toEqual([]);
});
