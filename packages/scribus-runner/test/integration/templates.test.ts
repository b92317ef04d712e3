import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import type { RenderableDocument } from '@pubpipe/core/testing';
import type { ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { describe, expect, it } from 'vitest';
import { leavesOutScribusRoot } from '../../../../test/kit/scribus-root.ts';
import { openRendererForTest, type RendererUnderTest } from './open-renderer.ts';
import { installedScribus, openScribus16, type ScribusInstallation } from './scribus-installations.ts';
import { shippedTemplates } from './shipped-templates.ts';

// What must make no difference: every template goes through each of them.
const modes: Readonly<Record<string, ScribusRendererOptions>> = { cold: { mode: 'cold' }, warm: { mode: 'warm' } };

const timeout = 900_000;

describe('the 48 templates that Scribus brings come out the same in all modes', () => {
  it('on the installed Scribus', { timeout }, async () => {
    expect(await compareModes(installedScribus)).toEqual({ templates: 48, different: [] });
  });

  it.skipIf(leavesOutScribusRoot(process.env))(
    'on Scribus 1.6 (left out by SCRIBUS_1_6_ROOT=none)',
    { timeout },
    async () => expect(await compareModes(await openScribus16())).toEqual({ templates: 48, different: [] }),
  );
});

/** Renders every template in every mode; tells which came out otherwise than in the first. */
async function compareModes({ scribus, templates }: ScribusInstallation) {
  const renderers = await Promise.all(
    Object.entries(modes).map(async ([mode, options]) => ({
      mode,
      opened: await openRendererForTest({ scribus, slots: 1, ...options }),
    })),
  );
  const shipped = shippedTemplates(templates);
  const different: object[] = [];
  for (const { path, document } of shipped) {
    const [first, ...others] = await Promise.all(
      renderers.map(async ({ mode, opened }) => ({ mode, output: await outputOf(opened, document) })),
    );
    for (const other of others) {
      if (!isDeepStrictEqual(other.output, first?.output)) different.push({ path, first, other });
    }
  }
  return { templates: shipped.length, different };
}

/** All that is to be the same: the text of the PDF and its very bytes, and those of the page images. */
async function outputOf(opened: RendererUnderTest, document: RenderableDocument) {
  // Some of them link images that their package doesn't bring.
  const { result, scratch } = await opened.render(document, {
    renditions: [{ kind: 'pdf' }, { kind: 'png', dpi: 72 }],
    failOn: [],
  });
  const { pageCount, findings, renditions } = result;
  const files = renditions.map(({ kind, name }) => ({ kind, name, path: join(scratch.outputDirectory, name) }));
  const described = await Promise.all(
    files.map(
      async ({ kind, name, path }) => [name, await hashOf(path), kind === 'pdf' ? await textOf(path) : ''] as const,
    ),
  );
  return { pageCount, findings, files: described };
}

const textOf = async (path: string): Promise<string> =>
  (await promisify(execFile)('pdftotext', ['-layout', path, '-'])).stdout;

const hashOf = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
