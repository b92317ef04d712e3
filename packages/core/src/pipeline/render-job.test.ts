import { expect, it } from 'vitest';
import type { JobView } from '../job/job.ts';
import { parseRenderJob, parseRenderPayload } from './render-job.ts';

const document = '018f3c1e-0000-7000-8000-000000000000';
const renditions = [
  {
    kind: 'pdf',
    profile: 'pdf/x-4',
    options: { bleed: { top: 3, right: 3, bottom: 3, left: 3 }, marks: { crop: true } },
  },
  { kind: 'pdf', fileName: 'screen.pdf', profile: 'screen', pages: [1] },
  { kind: 'jpeg', dpi: 150, prefix: 'small/' },
];

it('keeps every rendition in the row of the job, where a worker reads the same', () => {
  const job = parseRenderJob({ document, renditions });
  const stored = JSON.parse(JSON.stringify(job.payload)) as unknown;

  const { type, payloadVersion } = job;
  expect(parseRenderPayload({ type, payloadVersion, payload: stored } as JobView).renditions).toEqual(renditions);
});

it('says which option of which rendition is wrong', () => {
  const wrong = [{ kind: 'png' }, { kind: 'pdf', profile: 'pdf/x-1a', options: { colour: 'screen' } }];

  expect(() => parseRenderJob({ document, renditions: wrong })).toThrow(
    expect.objectContaining({
      code: 'INVALID_INPUT',
      details: { issues: [{ path: 'renditions.1.options', message: 'PDF/X needs the colour print' }] },
    }),
  );
});

it('takes as the name of a batch what a path can have in it', () => {
  const batchOf = (batch: string) => parseRenderJob({ document, renditions, batch }).batch;

  for (const name of ['order-4711', 'a/b c?#%', '…', 'カード', ' . ', 'x'.repeat(200)])
    expect(batchOf(name)).toBe(name);
  for (const name of ['', 'x'.repeat(201), '.', '..', 'a\nb', 'a\0', '\ud800']) {
    expect(() => batchOf(name)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  }
});

it('gives requests that differ in their batch different hashes', () => {
  const hash = (batch: string) => parseRenderJob({ document, renditions, batch }).requestHash;

  expect(hash('a')).toBe(hash('a'));
  expect(hash('a')).not.toBe(hash('b'));
});

it('gives requests that differ in an option different hashes, and equal ones the same', () => {
  const hash = (options: object) =>
    parseRenderJob({ document, renditions: [{ kind: 'pdf', profile: 'print', options }] }).requestHash;

  expect(hash({ rotation: 90, fonts: 'full' })).toBe(hash({ fonts: 'full', rotation: 90 }));
  expect(hash({ rotation: 90 })).not.toBe(hash({ rotation: 180 }));
});
