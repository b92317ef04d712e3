import { median, pairedRatio, spread } from '../../statistics.ts';
import type { Row } from '../../suite.ts';
import { judgeAll } from './judge-pdf.ts';
import { makeRenderPlace } from './render-place.ts';
import { type RenderRun, startRender } from './render-run.ts';
import { type RenderWay, renderWays } from './render-ways.ts';

const lookEveryMs = 50;

/** What one way has taken for all documents, each time. */
interface Measured {
  readonly seconds: number[];
  /** Documents whose PDF was not right. */
  readonly wrong: number[];
  peakMib: number;
}

/** Renders all documents in each way, in turns: seconds, and, in a round of its own, memory. */
export async function measureBatches(documents: readonly string[], rounds: number): Promise<readonly Row[]> {
  const measured = Object.fromEntries(
    renderWays.map((way): [string, Measured] => [way, { seconds: [], wrong: [], peakMib: 0 }]),
  ) as Record<RenderWay, Measured>;
  // The first round reads programs and fonts from the disk: its time does not count, so it looks at memory.
  for (let round = 0; round <= rounds; round += 1) {
    // Who goes first changes with each round.
    for (const way of round % 2 === 0 ? renderWays : renderWays.toReversed()) {
      const { seconds, wrong, peakMib } = await renderBatch(way, documents, { watched: round === 0 });
      measured[way].wrong.push(wrong);
      if (round === 0) measured[way].peakMib = peakMib;
      else measured[way].seconds.push(seconds);
    }
  }
  return [
    { id: 'render-documents', value: documents.length, unit: 'documents', samples: 1 },
    ...renderWays.flatMap((way) => toRows(way, measured[way], measured.ours.seconds)),
  ];
}

async function renderBatch(
  way: RenderWay,
  documents: readonly string[],
  { watched }: { readonly watched: boolean },
): Promise<{ readonly seconds: number; readonly wrong: number; readonly peakMib: number }> {
  const place = await makeRenderPlace();
  try {
    const begunAt = performance.now();
    const run = await startRender(way, { documents }, place);
    const stopWatching = watched ? watchMemory(run) : () => 0;
    const exitCode = await run.ended();
    const seconds = (performance.now() - begunAt) / 1000;
    const peakMib = stopWatching();
    if (exitCode !== 0) throw new Error(`${way}: exit code ${exitCode}. ${run.printed()}`);
    const verdicts = await judgeAll(documents, place.outputDirectory);
    return { seconds, peakMib, wrong: verdicts.filter((verdict) => verdict !== 'right').length };
  } finally {
    await place.remove();
  }
}

/** Looks at what all processes of a run hold together; what it answers says how much that was at most, in MiB. */
function watchMemory({ tree }: RenderRun): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, tree.pssMib());
  }, lookEveryMs);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

function toRows(way: RenderWay, { seconds, wrong, peakMib }: Measured, ours: readonly number[]): readonly Row[] {
  const samples = seconds.length;
  return [
    { id: `render-${way}-s`, value: median(seconds), unit: 's', samples, spread: spread(seconds) },
    { id: `render-${way}-over-ours`, ...pairedRatio(seconds, ours), unit: 'ratio' },
    { id: `render-${way}-peak-mib`, value: peakMib, unit: 'MiB PSS', samples: 1 },
    { id: `render-${way}-wrong`, value: Math.max(...wrong), unit: 'documents', samples: wrong.length },
  ];
}
