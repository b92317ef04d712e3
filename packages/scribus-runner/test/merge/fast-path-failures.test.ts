import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { MergeControls, MergedDocument, MergeRequest } from '@pubpipe/scribus-runner/merge';
import { expect, it } from 'vitest';
import { openRendererForTest, type RendererUnderTest } from '../integration/open-renderer.ts';
import { inOrder, openMerge } from './open-merge.ts';
import { processesOfMerge } from './processes-of-merge.ts';

const csv = (count: number) =>
  `title,name,phone,email,web,street,city\n${Array.from({ length: count }, (_, index) => `Dr.,Person ${index + 1},1,a@b,w,s,c`).join('\n')}\n`;

async function openCards(options: Parameters<typeof openRendererForTest>[0] = {}) {
  const opened = await openRendererForTest({ slots: 2, ...options });
  const { merge, leftBeside } = await openMerge(opened.renderer, 'business-card.sla');
  const run = (count: number, request: Partial<MergeRequest> = {}, controls: MergeControls = {}) =>
    merge(csv(count), { failOn: [], ...request }, controls);
  const expectNothingLeft = async () => {
    expect(await opened.processes()).toEqual([]);
    expect(await opened.temporaryFiles()).toEqual([]);
    expect(await leftBeside()).toEqual([]);
  };
  return { ...opened, opened, run, expectNothingLeft };
}

/** Stops the first process of a record that there is, in the middle of its work, and kills it if that is asked for. */
async function signalRecord(opened: RendererUnderTest, signal: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
  for (;;) {
    const [record] = (await processesOfMerge(opened)).records;
    if (record === undefined) continue;
    try {
      process.kill(record, 'SIGSTOP');
      // One that is ending does not stop any more: the next will do.
      if (!(await isStopped(record))) continue;
      if (await hasWritten(record)) {
        process.kill(record, 'SIGCONT');
        continue;
      }
      if (signal === 'SIGKILL') process.kill(record, signal);
      return;
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Whether a process has written its PDF to the end, and may have done all that it was asked for. */
async function hasWritten(id: number): Promise<boolean> {
  const written = join(await readlink(`/proc/${id}/cwd`), '..', 'written');
  for (const record of await readdir(written)) {
    const pdf = await readFile(join(written, record, '0.pdf')).catch(() => Buffer.alloc(0));
    if (pdf.subarray(-64).includes('%%EOF')) return true;
  }
  return false;
}

/** Resolves once a process has stopped, or has ended instead. */
async function isStopped(id: number): Promise<boolean> {
  for (;;) {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
    const state = /^.*\) (\w)/s.exec(stat)?.[1] ?? 'X';
    if (state === 'T') return true;
    if ('XZ'.includes(state)) return false;
  }
}

/** Stops the process of a template as soon as there is one. */
async function stopTemplate(opened: RendererUnderTest): Promise<void> {
  for (;;) {
    const [template] = (await processesOfMerge(opened)).template;
    if (template === undefined) continue;
    process.kill(template, 'SIGSTOP');
    return;
  }
}

const kindsOf = (documents: readonly MergedDocument[]) =>
  documents.map((document) => (document.status === 'failed' ? document.error.code : 'rendered'));

it('goes on with a new process when that of the template is killed in the middle', async () => {
  const { opened, run, expectNothingLeft } = await openCards();
  const documents: MergedDocument[] = [];
  let killed: number | undefined;

  for await (const document of await run(60)) {
    documents.push(document);
    if (documents.length !== 15) continue;
    [killed] = (await processesOfMerge(opened)).template;
    process.kill(killed ?? 0, 'SIGKILL');
  }

  expect(killed).toBeGreaterThan(0);
  expect(kindsOf(documents)).toEqual(documents.map(() => 'rendered'));
  expect(documents.map(({ records }) => records.first).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 60 }, (_, index) => index + 1),
  );
  const others = documents.filter(({ path }) => path === 'xml');
  expect(others.length).toBeLessThanOrEqual(2);
  for (const { pathReason } of others) expect(pathReason).toBe('the process of the template died');
  await expectNothingLeft();
});

it('fails the record whose process is killed, and no other', async () => {
  const { opened, run, expectNothingLeft } = await openCards({ recordsPerProcess: 1 });
  const documents: MergedDocument[] = [];

  const merging = (async () => {
    for await (const document of await run(20)) documents.push(document);
  })();
  await signalRecord(opened, 'SIGKILL');
  await merging;

  expect(kindsOf(documents).filter((kind) => kind !== 'rendered')).toEqual(['RENDERER_CRASHED']);
  expect(documents.map(({ path }) => path)).toEqual(documents.map(() => 'fast'));
  await expectNothingLeft();
});

it('kills a record that takes too long, and no other', async () => {
  const { opened, run, expectNothingLeft } = await openCards({ recordsPerProcess: 1 });
  const documents: MergedDocument[] = [];

  const merging = (async () => {
    for await (const document of await run(20, { timeoutMs: 5000 })) documents.push(document);
  })();
  await signalRecord(opened, 'SIGSTOP');
  await merging;

  expect(kindsOf(documents).filter((kind) => kind !== 'rendered')).toEqual(['RENDER_TIMEOUT']);
  expect(documents.map(({ path }) => path)).toEqual(documents.map(() => 'fast'));
  await expectNothingLeft();
});

it('refuses a record whose document is too large, as it refuses documents', async () => {
  const { merge } = await openMerge(
    (await openRendererForTest({ slots: 1, maxDocumentBytes: 30_000 })).renderer,
    'business-card.sla',
  );
  const row = (title: string) => `${title},Person,1,a@b,w,s,c\n`;

  const documents = await inOrder(
    await merge(`title,name,phone,email,web,street,city\n${row('Dr.')}${row('Dr.'.repeat(5000))}`, { failOn: [] }),
  );

  expect(kindsOf(documents)).toEqual(['rendered', 'DOCUMENT_UNREADABLE']);
  expect(documents.map(({ path }) => path)).toEqual(['fast', 'fast']);
});

it('does not wait for a template that is being opened when it is cancelled', async () => {
  const { opened, run, expectNothingLeft } = await openCards();
  const cancelling = new AbortController();

  const merging = Array.fromAsync(await run(4, {}, { signal: cancelling.signal }));
  await stopTemplate(opened);
  cancelling.abort();

  await expect(merging).rejects.toMatchObject({ code: 'CANCELLED' });
  await expectNothingLeft();
});

it('leaves nothing when it is cancelled, when nobody goes on, and when the renderer is closed', async () => {
  const { renderer, run, expectNothingLeft } = await openCards();
  const cancelling = new AbortController();

  const cancelled = (async () => {
    for await (const _ of await run(40, {}, { signal: cancelling.signal })) cancelling.abort();
  })();
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  await expectNothingLeft();

  for await (const _ of await run(40)) break;
  await expectNothingLeft();

  const closed = (async () => {
    for await (const _ of await run(40)) void renderer.close();
  })();
  await expect(closed).rejects.toMatchObject({ code: 'CLOSED' });
  await expectNothingLeft();
});
