import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseAssetName, type Renderer } from '@pubpipe/core';
import { describeMerger, type MergerTemplates } from '@pubpipe/core/testing';
import { createScribusMerger } from '@pubpipe/scribus-runner/merge';
import { openRenderer } from '../integration/open-renderer.ts';
import { fixtures, wordsOf } from './open-merge.ts';

const sheet = await readFile(join(fixtures, 'merge', 'cards.sla'), 'utf8');
const document = (text: string) => {
  const name = parseAssetName('template.sla');
  return { name, files: [{ name, content: new TextEncoder().encode(text) }] };
};
const templates: MergerTemplates = {
  card: document(withoutOthers(sheet)),
  sheet: document(sheet),
  unreadable: document('This was a document once.'),
};

/** The frame of the first record alone. */
function withoutOthers(text: string): string {
  const [, ...others] = text.match(/<PAGEOBJECT .*?<\/PAGEOBJECT>\s*/gs) ?? [];
  return others.reduce((rest, frame) => rest.replace(frame, ''), text);
}

/** What a renderer is to everybody: so no template is opened once. */
const onlyRenderer = (renderer: Renderer): Renderer => ({
  slots: renderer.slots,
  render: (request, controls) => renderer.render(request, controls),
  warmUp: () => renderer.warmUp(),
  health: () => renderer.health(),
  close: () => renderer.close(),
});

const ways: Readonly<Record<string, (renderer: Renderer) => Renderer>> = {
  'on the fast path': (renderer) => renderer,
  'with a file for each document': onlyRenderer,
};

for (const [way, toRenderer] of Object.entries(ways)) {
  describeMerger(`The merger on Scribus, ${way},`, async () => {
    const { renderer, scratchSpace, close } = await openRenderer();
    return {
      merger: createScribusMerger(toRenderer(renderer)),
      scratchSpace,
      templates,
      variable: (column) => `%VAR_${column}%`,
      // While so many are rendered, as many may be checked.
      places: 2 * renderer.slots,
      read: async (path) => wordsOf(path),
      list: async (directory) => {
        const entries = await readdir(directory, { recursive: true, withFileTypes: true });
        return entries
          .filter((entry) => entry.isFile())
          .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
      },
      closeRenderer: () => renderer.close(),
      close,
    };
  });
}
