import type { ErrorCode, RenderRequest } from '@pubpipe/core';
import type { RenderableDocument } from '@pubpipe/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, documents, linkedImage, packed, threePagesWith } from '../fixtures/documents.ts';
import { openRenderer, type RendererUnderTest } from './open-renderer.ts';

interface BadDocument {
  readonly what: string;
  readonly document: RenderableDocument;
  readonly code: ErrorCode;
  readonly details?: object;
  readonly renditions?: RenderRequest['renditions'];
  readonly says?: RegExp;
}

const { sound } = documents;
const gzipOf = (document: RenderableDocument): Buffer => Buffer.from(document.files[0]?.content ?? []);
const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length / 2);

const badDocuments: readonly BadDocument[] = [
  { what: 'an empty file', document: documentOf(''), code: 'DOCUMENT_EMPTY' },
  { what: 'an empty packed file', document: documentOf('', {}, 'document.sla.gz'), code: 'DOCUMENT_EMPTY' },
  { what: 'half a document', document: documentOf(half(gzipOf(sound))), code: 'DOCUMENT_TRUNCATED' },
  {
    what: 'half a packed document',
    document: documentOf(half(gzipOf(packed)), {}, 'document.sla.gz'),
    code: 'DOCUMENT_TRUNCATED',
  },
  { what: 'something else', document: documentOf('%PDF-1.4'), code: 'DOCUMENT_UNREADABLE', details: { line: 1 } },
  {
    what: 'other XML',
    document: documentOf('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
    code: 'DOCUMENT_UNREADABLE',
    details: { line: 2 },
  },
  { what: 'a packed document that says it is not', document: documentOf(gzipOf(packed)), code: 'DOCUMENT_UNREADABLE' },
  {
    what: 'a document that says it is packed',
    document: documentOf(gzipOf(sound), {}, 'document.sla.gz'),
    code: 'DOCUMENT_UNREADABLE',
  },
  {
    what: 'a control character, which only Scribus can judge',
    document: documentOf(threePagesWith('First page', 'First\u0001page'), linkedImage),
    code: 'DOCUMENT_UNREADABLE',
    details: { line: expect.any(Number), log: expect.stringContaining('parsing') },
  },
  {
    what: 'a document of a newer series',
    document: documentOf(threePagesWith('Version="1.5.8"', 'Version="99.1.0"'), linkedImage),
    code: 'DOCUMENT_TOO_NEW',
    details: { documentVersion: '99.1.0', installedVersion: expect.stringMatching(/^1\./) },
  },
  {
    what: 'a document that crashes Scribus',
    document: documents.crashing,
    code: 'RENDERER_CRASHED',
    details: { signal: 'SIGSEGV', stage: 'opening', log: expect.any(String) },
  },
  { what: 'a missing image', document: documents.missingImage, code: 'PREFLIGHT_FAILED' },
  {
    what: 'an image that is none',
    document: documentOf(gzipOf(sound), { 'red.png': 'not a picture' }),
    code: 'PREFLIGHT_FAILED',
    details: { findings: [{ message: 'The image "red.png" on page 1 can\'t be read.', object: 'logo', page: 1 }] },
  },
  {
    what: 'a second DOCUMENT, without a size of pages',
    document: documentOf(threePagesWith('<Printer ', '<DOCUMENT '), linkedImage),
    code: 'RENDER_FAILED',
    details: { log: expect.any(String) },
    renditions: [{ kind: 'png' }],
    says: /no size/,
  },
  {
    what: 'PDF/X without its profile',
    document: documentOf(
      threePagesWith('Version="14"', 'Version="12"').replace(/PrintP="[^"]*"/, 'PrintP="Nobody has this profile"'),
      linkedImage,
    ),
    code: 'RENDER_FAILED',
    details: { log: expect.any(String) },
  },
];

describe('a bad document', () => {
  let opened: RendererUnderTest;
  beforeAll(async () => {
    opened = await openRenderer();
  });
  afterAll(() => opened.close());

  it.each(badDocuments)('is refused when it is $what: $code', async ({ document, code, ...bad }) => {
    const { details = {}, renditions = [{ kind: 'pdf' }], says = /./ } = bad;

    const render = opened.render(document, { renditions });

    await expect(render).rejects.toMatchObject({ code, details, message: expect.stringMatching(says) });

    expect(await opened.temporaryFiles()).toEqual([]);
    expect(await opened.processes()).toEqual([]);
  });

  it('does no harm to the next', async () => {
    await Promise.allSettled([documents.crashing, documents.unreadable].map((document) => opened.render(document)));

    await expect(opened.render(sound)).resolves.toMatchObject({ result: { pageCount: 3 } });
  });

  it('is refused for its version before it waits, once the installed version is known', async () => {
    await opened.renderer.warmUp();
    const stages: string[] = [];
    const newer = documentOf(threePagesWith('Version="1.5.8"', 'Version="99.1.0"'), linkedImage);

    const render = opened.render(newer, {}, { onProgress: ({ stage }) => stages.push(stage) });

    await expect(render).rejects.toMatchObject({ code: 'DOCUMENT_TOO_NEW' });
    expect(stages).toEqual(['waiting']);
  });

  it('is not one because of a newer patch of the same series', async () => {
    const version = (await opened.renderer.health()).version ?? '';
    const newerPatch = `${version.split('.').slice(0, 2).join('.')}.99`;
    const document = documentOf(threePagesWith('Version="1.5.8"', `Version="${newerPatch}"`), linkedImage);

    await expect(opened.render(document)).resolves.toMatchObject({ result: { pageCount: 3 } });
  });
});
