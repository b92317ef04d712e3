import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseAssetName } from '@pubpipe/core';
import { expect, it, onTestFinished } from 'vitest';
import { openRendererForTest } from './open-renderer.ts';

const templates = '/usr/share/scribus/templates';

async function render(template: string): Promise<readonly string[]> {
  const { renderer } = await openRendererForTest();
  const outputDirectory = await mkdtemp(join(tmpdir(), 'same-bytes-'));
  onTestFinished(() => rm(outputDirectory, { recursive: true }));
  const { renditions } = await renderer.render({
    inputDirectory: join(templates, dirname(template)),
    document: parseAssetName(basename(template)),
    outputDirectory,
    renditions: [{ kind: 'pdf' }, { kind: 'png', pages: [1] }],
    failOn: [],
  });
  return Promise.all(
    renditions.map(async ({ name }) => {
      const hash = createHash('sha256');
      await pipeline(createReadStream(join(outputDirectory, name)), hash);
      return `${name} ${hash.digest('hex')}`;
    }),
  );
}

// The second has text, the third things on its master pages, which Scribus names after their addresses.
it.each(['buscard1/buscard1.sla.gz', 'textbased/textbased.sla.gz', 'br1/br1.sla.gz'])(
  'another process makes the same bytes of %s',
  async (template) => {
    const first = await render(template);
    // Scribus writes times to the second, and a start takes about one.
    expect(await render(template)).toEqual(first);
  },
);
