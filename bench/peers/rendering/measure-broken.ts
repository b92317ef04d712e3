import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Finding } from '../../suite.ts';
import { brokenWaitMs } from '../waits.ts';
import { type Breakage, breakages, writeBroken } from './broken-documents.ts';
import { countImages, judgeAll, judgePdf } from './judge-pdf.ts';
import { makeRenderPlace, type RenderPlace } from './render-place.ts';
import { startRender } from './render-run.ts';
import type { RenderWay } from './render-ways.ts';

/** A loop with one at a time does with a broken document what one with two does. */
export const waysWithBroken = ['ours', 'two-at-a-time', 'one-script'] as const satisfies readonly RenderWay[];

/** What ours is given for one document. */
const timeoutSeconds = 15;

/** Renders each broken document between two sound ones, and looks at what comes out and what is said. */
export async function measureBroken(sound: readonly [string, string]): Promise<readonly Finding[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-bench-'));
  const limit = pLimit(2);
  try {
    const scenes = breakages.map(async (breakage) => {
      const broken = await writeBroken(breakage, join(directory, breakage));
      return Promise.all(waysWithBroken.map((way) => limit(() => play(way, breakage, broken, sound))));
    });
    return (await Promise.all(scenes)).flat(2);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function play(
  way: RenderWay,
  breakage: Breakage,
  broken: string,
  [before, after]: readonly [string, string],
): Promise<readonly Finding[]> {
  const place = await makeRenderPlace();
  try {
    const documents = [before, broken, after];
    const run = await startRender(way, { documents, timeoutSeconds, checksImages: true }, place);
    // Only one of them never ends; where the machine is busy, the others get the time they need.
    const exitCode = await run.ended(breakage === 'endless' ? brokenWaitMs : 5 * brokenWaitMs);
    run.tree.kill();
    const id = `render-broken-${breakage}-${way}`;
    const others = await judgeAll([before, after], place.outputDirectory);
    const right = others.filter((verdict) => verdict === 'right').length;
    const line =
      run
        .printed()
        .split('\n')
        .find((each) => each.includes(JSON.stringify(broken))) ?? '';
    const told = /"code":"([A-Z_]+)"/.exec(line)?.[1];
    return [
      { id: `${id}-others-right`, value: right, unit: 'documents', samples: 1 },
      { id: `${id}-left`, text: await describeLeft(broken, breakage, place) },
      // Without an exit code it had not ended when nobody waited any longer.
      ...(exitCode === undefined ? [] : [{ id: `${id}-exit`, value: exitCode, unit: 'exit code', samples: 1 }]),
      ...(told === undefined ? [] : [{ id: `${id}-told`, text: told }]),
    ];
  } finally {
    await place.remove();
  }
}

/** What lies where the broken document's PDF would. */
async function describeLeft(broken: string, breakage: Breakage, { outputDirectory }: RenderPlace): Promise<string> {
  const verdict = await judgePdf(broken, outputDirectory);
  if (verdict !== 'right' || breakage !== 'missing-image') return verdict;
  return (await countImages(broken, outputDirectory)) === 0 ? 'without-image' : verdict;
}
