import type { RenderProgress } from '@pubpipe/core/driver';
import { drawProgress, type ProgressState } from './progress-frame.ts';
import type { Printer, Screen } from './screen.ts';

/** What the bars are about. */
export interface ProgressBarsOptions extends Pick<ProgressState, 'total' | 'imagesOf'> {
  /** Where they are drawn, and where results go; both may be the same terminal. */
  readonly stderr: Screen;
  readonly stdout: Screen;
  /** Without it nothing is drawn. */
  readonly live: boolean;
}

const redrawMs = 100;
const [wrapOff, wrapOn] = ['\u001b[?7l', '\u001b[?7h'];
const [eraseLineEnd, eraseBelow] = ['\u001b[K', '\u001b[J'];

/**
 * Bars at the bottom of a terminal, redrawn in place, with what is printed above them. Each drawing is one
 * write that leaves the terminal as it was, so nothing has to be put right if the command is killed. The
 * terminal cuts lines that are too wide, because it alone knows how wide its characters are.
 */
export class ProgressBars implements Printer {
  readonly #options: ProgressBarsOptions;
  readonly #running = new Map<object, { readonly name: string; readonly since: number; progress: RenderProgress }>();
  readonly #timer: NodeJS.Timeout | undefined;
  #live: boolean;
  #done = 0;
  #failed = 0;
  #drawn = '';
  #height = 0;

  constructor(options: ProgressBarsOptions) {
    this.#options = options;
    this.#live = options.live;
    if (options.live) this.#timer = setInterval(() => this.#draw(), redrawMs);
  }

  out(text: string): void {
    this.#printAbove(this.#options.stdout, text);
  }

  err(text: string): void {
    this.#printAbove(this.#options.stderr, text);
  }

  begin(key: object, name: string): void {
    this.#running.set(key, { name, since: performance.now(), progress: { stage: 'waiting' } });
  }

  update(key: object, progress: RenderProgress): void {
    const running = this.#running.get(key);
    if (running) running.progress = progress;
  }

  end(key: object, { failed }: { readonly failed: boolean }): void {
    this.#running.delete(key);
    this.#done += 1;
    if (failed) this.#failed += 1;
  }

  /** Removes the bars for good; what is printed afterwards is printed as it is. Idempotent. */
  close(): void {
    clearInterval(this.#timer);
    this.#live = false;
    this.#erase();
  }

  #printAbove(screen: Screen, text: string): void {
    this.#erase();
    screen.write(text);
    if (this.#live) this.#draw();
  }

  #draw(): void {
    const { stderr, total, imagesOf } = this.#options;
    const now = performance.now();
    const running = [...this.#running.values()].map(({ name, since, progress }) => ({
      name,
      progress,
      seconds: Math.floor((now - since) / 1000),
    }));
    const size = { columns: stderr.columns || 80, rows: stderr.rows || 24 };
    const lines = drawProgress({ running, done: this.#done, failed: this.#failed, total, imagesOf }, size);
    const frame = lines.map((line) => `${line}${eraseLineEnd}\n`).join('');
    if (frame === this.#drawn) return;
    stderr.write(`${this.#toTop()}${wrapOff}${frame}${eraseBelow}${wrapOn}`);
    this.#drawn = frame;
    this.#height = lines.length;
  }

  #erase(): void {
    if (this.#height === 0) return;
    this.#options.stderr.write(`${this.#toTop()}${eraseBelow}`);
    this.#drawn = '';
    this.#height = 0;
  }

  #toTop(): string {
    return this.#height === 0 ? '' : `\u001b[${this.#height}A\r`;
  }
}
