import { PubpipeError } from '@pubpipe/core';
import { expect, it } from 'vitest';
import { type CheckRendition, runCheckRendition } from './check-rendition.ts';

const file = { kind: 'pdf', path: '/output/document.pdf' } as const;
const run = (check: CheckRendition, signal = new AbortController().signal, timeoutMs = 60_000) =>
  runCheckRendition(check, file, { timeoutMs, signal });
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

it('does not wait for a check that never ends', async () => {
  await expect(run(forever, undefined, 1)).rejects.toMatchObject({
    code: 'RENDER_TIMEOUT',
    details: { stage: 'checking', timeoutMs: 1 },
  });
});

it('tells the check to stop when the render is cancelled', async () => {
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
