import { PubpipeError } from '@pubpipe/core/driver';
import { expect, it } from 'vitest';
import { type CheckRendition, runCheckRendition } from './check-rendition.ts';

const file = { kind: 'pdf', name: 'document.pdf', path: '/output/1' } as const;
const run = (check: CheckRendition, signal = new AbortController().signal) => runCheckRendition(check, file, signal);
const forever = () => new Promise<void>(() => undefined);

it('passes what the check passes, and hands it the file', async () => {
  const seen: unknown[] = [];
  await run(async (given) => {
    seen.push(given);
  });
  expect(seen).toEqual([file]);
});

it('makes an OUTPUT_MISMATCH of what the check throws', async () => {
  const fault = new Error('transparency in a PDF/X-1a');
  const check = () => {
    throw fault;
  };
  await expect(run(check)).rejects.toMatchObject({
    code: 'OUTPUT_MISMATCH',
    cause: fault,
    details: { got: fault.message },
  });
});

it("keeps the check's own PubpipeError", async () => {
  const check = () => Promise.reject(new PubpipeError('RENDERER_UNAVAILABLE', 'veraPDF is not installed.'));
  await expect(run(check)).rejects.toMatchObject({ code: 'RENDERER_UNAVAILABLE' });
});

it('tells the check to stop when the render ends, and does not wait for it', async () => {
  const controller = new AbortController();
  let told = false;
  const check: CheckRendition = (_, { signal }) => {
    signal.addEventListener('abort', () => {
      told = true;
    });
    controller.abort();
    return forever();
  };
  await expect(run(check, controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(told).toBe(true);
});
