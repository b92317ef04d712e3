import { existsSync, mkdtempSync, readFileSync, watch } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessTree } from '../../process-tree.ts';
import type { Row } from '../../suite.ts';
import { writeBroken } from './broken-documents.ts';
import { judgeAll } from './judge-pdf.ts';
import { waysWithBroken } from './measure-broken.ts';
import { makeRenderPlace } from './render-place.ts';
import { startRender } from './render-run.ts';
import type { RenderWay } from './render-ways.ts';

const patienceMs = 60_000;
const endsWithinMs = 5_000;
/** At the beginning of which PDFs everything is killed. */
const killedAt = [1, 2, 3] as const;

/** Kills renders half way, by SIGKILL, and looks at what is left. */
export async function measureKilledRenders(documents: readonly string[]): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'pubpipe-bench-'));
  try {
    const endless = await writeBroken('endless', join(directory, 'endless'));
    const rows: Row[] = [];
    for (const way of waysWithBroken) {
      rows.push(await killCommand(way, endless));
      rows.push(...(await killEverything(way, documents)));
    }
    return rows;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Only the command is killed, while Ghostscript is at work on a document that never ends: who goes on? */
async function killCommand(way: RenderWay, endless: string): Promise<Row> {
  const place = await makeRenderPlace();
  try {
    const run = await startRender(way, { documents: [endless] }, place);
    await waitUntil(`${way} has Ghostscript at work`, () => run.tree.look().some(isGhostscript));
    run.kill();
    const deadline = performance.now() + endsWithinMs;
    while (run.tree.look().length > 0 && performance.now() < deadline) await wait(20);
    const left = run.tree.look().length;
    await endTree(run.tree);
    return { id: `render-killed-command-${way}-processes`, value: left, unit: 'processes', samples: 1 };
  } finally {
    await place.remove();
  }
}

/** The command and all that it has started are killed at the moment at which a PDF begins to be there. */
async function killEverything(way: RenderWay, documents: readonly string[]): Promise<readonly Row[]> {
  const sum = { unreadable: 0, right: 0, strays: 0, straysAfterNext: 0 };
  for (const nth of killedAt) {
    const place = await makeRenderPlace();
    try {
      const begins = watchForPdf(place.outputDirectory, nth);
      const { tree } = await startRender(way, { documents }, place);
      // Forked processes are known before they have to be killed at once.
      const timer = setInterval(() => tree.look(), 20);
      await begins;
      await endTree(tree);
      clearInterval(timer);
      const verdicts = await judgeAll(documents, place.outputDirectory);
      sum.unreadable += verdicts.filter((verdict) => verdict === 'unreadable').length;
      sum.right += verdicts.filter((verdict) => verdict === 'right').length;
      sum.strays += place.countStrays();
      const next = await startRender(way, { documents: documents.slice(0, 1) }, place);
      await next.ended();
      sum.straysAfterNext += place.countStrays();
    } finally {
      await place.remove();
    }
  }
  const id = `render-killed-all-${way}`;
  const samples = killedAt.length;
  return [
    { id: `${id}-unreadable`, value: sum.unreadable, unit: 'PDFs', samples },
    { id: `${id}-right`, value: sum.right, unit: 'PDFs', samples },
    { id: `${id}-strays`, value: sum.strays, unit: 'files', samples },
    { id: `${id}-strays-after-next`, value: sum.straysAfterNext, unit: 'files', samples },
  ];
}

/** Resolves as soon as the n-th PDF has a directory entry, whatever is in it. */
function watchForPdf(outputDirectory: string, nth: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const seen = new Set<string>();
  const watcher = watch(outputDirectory, (_, name) => {
    if (name === null || !/^[^.].*\.pdf$/.test(name) || !existsSync(join(outputDirectory, name))) return;
    if (seen.add(name).size >= nth) resolve();
  });
  const timer = setTimeout(() => reject(new Error(`There are no ${nth} PDFs.`)), patienceMs);
  return promise.finally(() => {
    clearTimeout(timer);
    watcher.close();
  });
}

function isGhostscript(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'gs';
  } catch {
    // It has ended since it was seen.
    return false;
  }
}

async function endTree(tree: ProcessTree): Promise<void> {
  tree.kill();
  await waitUntil('all processes have ended', () => tree.look().length === 0);
}

async function waitUntil(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Not in time: ${what}.`);
    await wait(20);
  }
}
