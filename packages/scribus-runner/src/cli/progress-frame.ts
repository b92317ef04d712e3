import type { RenderProgress } from '@pubpipe/core/driver';
import { oneLine } from './screen.ts';

/** A document that is being rendered. */
interface RunningDocument {
  readonly name: string;
  readonly seconds: number;
  readonly progress: RenderProgress;
}

/** What progress bars show. */
export interface ProgressState {
  readonly running: readonly RunningDocument[];
  readonly done: number;
  readonly failed: number;
  /** All documents of the command. */
  readonly total: number;
  /** Page images that a document of so many pages gets. */
  readonly imagesOf: (pageCount: number) => number;
}

const barWidth = 10;
const ellipsis = '…';
// How much of a render is behind it when a stage begins; most of it is the export.
const begun = { waiting: 0, starting: 0, opening: 0.05, exporting: 0.25, checking: 0.95 } as const;

/**
 * The lines of a terminal of so many columns and rows: one for each document that is being rendered, as many
 * as there is room for, and with several documents one for all of them.
 */
export function drawProgress(
  state: ProgressState,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly string[] {
  const { running, done, failed, total, imagesOf } = state;
  const fractions = running.map(({ progress }) => fractionOf(progress, imagesOf));
  const lines = running.map(({ name, seconds, progress }, index) => {
    const pages = tellPages(progress, imagesOf).padEnd(9);
    const facts = `${drawBar(fractions[index] ?? 0)} ${progress.stage.padEnd(9)} ${pages} ${`${seconds} s`.padStart(5)}  `;
    return `${facts}${endOf(oneLine(name), columns - facts.length)}`;
  });
  // The row below the lines is the cursor's.
  const room = Math.max(1, rows - (total > 1 ? 2 : 1));
  const shown = lines.slice(0, room);
  if (total > 1) {
    const all = (done + fractions.reduce((sum, fraction) => sum + fraction, 0)) / total;
    const faults = failed === 0 ? '' : `, ${failed} failed`;
    shown.push(`${drawBar(all)} ${done} of ${total} documents${faults}`);
  }
  return shown.map((line) => Array.from(line).slice(0, columns).join(''));
}

function fractionOf(
  { stage, pageCount, pagesDone = 0 }: RenderProgress,
  imagesOf: (pageCount: number) => number,
): number {
  const images = pageCount === undefined ? 0 : imagesOf(pageCount);
  if (stage !== 'exporting' || images === 0) return begun[stage];
  return begun.exporting + (begun.checking - begun.exporting) * Math.min(1, pagesDone / images);
}

function tellPages({ pageCount, pagesDone = 0 }: RenderProgress, imagesOf: (pageCount: number) => number): string {
  if (pageCount === undefined) return '';
  const images = imagesOf(pageCount);
  // Some documents get more than others: proofs.
  if (images > 0) return `${pagesDone}/${Math.max(images, pagesDone)}`;
  return pageCount === 1 ? '1 page' : `${pageCount} pages`;
}

/** A path is told apart by its end. */
function endOf(name: string, room: number): string {
  const characters = Array.from(name);
  return characters.length <= room ? name : `${ellipsis}${characters.slice(1 - Math.max(2, room)).join('')}`;
}

function drawBar(fraction: number): string {
  const full = Math.floor(Math.min(1, fraction) * barWidth);
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}]`;
}
