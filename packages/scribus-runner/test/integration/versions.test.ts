import { readFileSync } from 'node:fs';
import { describeRenderer } from '@pubpipe/core/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { leavesOutScribusRoot } from '../../../../test/kit/scribus-root.ts';
import { documentOf, documents, linkedImage, severalSizes } from '../fixtures/documents.ts';
import { openRenderer, openRendererForTest } from './open-renderer.ts';
import { installedScribus, openScribus16, type ScribusInstallation } from './scribus-installations.ts';

// Made by make-made-with-1.6.py.
const madeWith16 = documentOf(readFileSync(new URL('../fixtures/made-with-1.6.sla', import.meta.url)));

describe.skipIf(leavesOutScribusRoot(process.env))('Scribus 1.6 (left out by SCRIBUS_1_6_ROOT=none)', () => {
  let scribus16: ScribusInstallation;
  beforeAll(async () => {
    scribus16 = await openScribus16();
  }, 700_000);

  describeRenderer('ScribusRenderer on Scribus 1.6', async () => {
    const opened = await openRenderer({ scribus: scribus16.scribus });
    return { ...opened, documents };
  });

  it('is the version that is tested', async () => {
    const { renderer } = await openRendererForTest({ scribus: scribus16.scribus });

    expect(await renderer.health()).toMatchObject({ ok: true, version: expect.stringMatching(/^1\.6\./) });
  });

  it('renders what 1.6 has saved', async () => {
    const { render } = await openRendererForTest({ scribus: scribus16.scribus });

    const { result } = await render(madeWith16, { renditions: [{ kind: 'pdf' }, { kind: 'png' }] });

    expect(result).toMatchObject({
      pageCount: 1,
      findings: [],
      renderedBy: { version: expect.stringMatching(/^1\.6/) },
    });
  });

  it('makes page images of several sizes, packed', async () => {
    const { render } = await openRendererForTest({ scribus: scribus16.scribus });

    const { result } = await render(documentOf(severalSizes, linkedImage), { renditions: [{ kind: 'png' }] });

    // Raw, the smallest has 210 × 298 pixels of 4 bytes.
    for (const { byteSize } of result.renditions) expect(byteSize).toBeLessThan(50_000);
    expect(result.renditions).toHaveLength(3);
  });
});

describe('Scribus 1.5', () => {
  it('refuses what 1.6 has saved', async () => {
    const { render, renderer } = await openRendererForTest({ scribus: installedScribus.scribus });
    const { version: installedVersion } = await renderer.health();

    await expect(render(madeWith16)).rejects.toMatchObject({
      code: 'DOCUMENT_TOO_NEW',
      details: { documentVersion: expect.stringMatching(/^1\.6\./), installedVersion },
    });
  });
});
