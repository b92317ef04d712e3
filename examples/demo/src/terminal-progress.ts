import { formatSeconds } from './amounts.ts';
import { type DocumentProgress, describeProgress, hasEnded } from './document-progress.ts';
import type { ProgressView, TextOutput } from './progress-view.ts';
import { type Span, toLine } from './terminal-line.ts';

/** A terminal, as a `process.stdout` is that is one. */
export interface Terminal extends TextOutput {
  readonly columns: number;
}

/** Options of {@link createTerminalProgress}. */
export interface TerminalProgressOptions {
  /** Names of all documents that will be shown, from top to bottom. */
  readonly names: readonly string[];
  readonly color: boolean;
  /** Milliseconds since 1970. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined;
}

const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const frameMs = 80;
const barWidth = 20;
const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';
const clearToEnd = '\u001B[0J';
const cursorUp = (lines: number): string => (lines === 0 ? '' : `\u001B[${lines}A`);

/** Keeps one line for each document up to date on a terminal. */
export function createTerminalProgress(terminal: Terminal, options: TerminalProgressOptions): ProgressView {
  const { names, color, now = Date.now } = options;
  const shown = new Map<string, DocumentProgress>();
  const nameWidth = Math.max(...names.map((name) => name.length));
  let drawnLines = 0;

  function draw(): void {
    const lines = [...shown.values()].map((progress) => {
      return toLine(toSpans(progress, { nameWidth, now: now() }), { columns: terminal.columns, color });
    });
    terminal.write(`${cursorUp(drawnLines)}\r${clearToEnd}${lines.map((line) => `${line}\n`).join('')}`);
    drawnLines = lines.length;
  }
  // An error that ends the process must not leave a terminal without a cursor.
  const restore = (): void => void terminal.write(showCursor);
  process.once('exit', restore);
  terminal.write(hideCursor);
  const timer = setInterval(draw, frameMs);

  return {
    show: (progress) => void shown.set(progress.name, progress),
    close() {
      clearInterval(timer);
      draw();
      process.off('exit', restore);
      restore();
    },
  };
}

/** One document's line: mark, name, bar of its pages, seconds since it was claimed, and what is done with it. */
function toSpans(progress: DocumentProgress, { nameWidth, now }: { nameWidth: number; now: number }): Span[] {
  const { name, startedAt, endedAt = now } = progress;
  const elapsed = startedAt === undefined ? '' : `${formatSeconds(Math.max(0, endedAt - startedAt))} s`;
  return [
    toMark(progress, now),
    { text: ` ${name.padEnd(nameWidth)}  ` },
    ...toBar(progress),
    { text: ` ${elapsed.padStart(7)}  ` },
    { text: describeProgress(progress), color: progress.step === 'failed' ? 'red' : 'dim' },
  ];
}

function toMark({ step }: DocumentProgress, now: number): Span {
  if (step === 'completed') return { text: '✔', color: 'green' };
  if (step === 'failed') return { text: '✖', color: 'red' };
  if (step === 'cancelled') return { text: '–', color: 'yellow' };
  if (step === 'uploading' || step === 'queued') return { text: '·', color: 'dim' };
  return { text: frames.charAt(Math.floor(now / frameMs) % frames.length), color: 'cyan' };
}

function toBar(progress: DocumentProgress): Span[] {
  const { pageCount, pagesDone, step } = progress;
  const share = step === 'completed' ? 1 : pageCount === undefined ? 0 : pagesDone / pageCount;
  const full = Math.round(share * barWidth);
  return [
    { text: '━'.repeat(full), color: hasEnded(progress) ? 'green' : 'cyan' },
    { text: '─'.repeat(barWidth - full), color: 'dim' },
  ];
}
