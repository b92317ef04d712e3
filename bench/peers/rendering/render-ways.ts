import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Ways to make PDFs of documents. */
export const renderWays = ['ours', 'one-at-a-time', 'two-at-a-time', 'one-script'] as const;

/** One of them. */
export type RenderWay = (typeof renderWays)[number];

/** What to render. */
export interface RenderTask {
  /** Paths. `card.sla.gz` becomes `card.pdf`. */
  readonly documents: readonly string[];
  readonly outputDirectory: string;
  /** Whether a missing image fails a document, where a way knows of such. @defaultValue false */
  readonly checksImages?: boolean;
  /** How long one document may take, where a way knows of such. @defaultValue 120 */
  readonly timeoutSeconds?: number;
}

/** The command that does a task in one of the ways, and how many documents it has under way at once. */
export function commandOf(way: RenderWay, task: RenderTask): readonly [string, ...string[]] {
  const { documents, outputDirectory, checksImages = false, timeoutSeconds = 120 } = task;
  switch (way) {
    case 'ours': {
      const command = [process.execPath, '--conditions=@pubpipe/source', pathOf('cli/main.ts', runner)] as const;
      const options = ['--json', '--jobs', String(Math.min(2, availableParallelism()))];
      const bounds = ['--timeout', String(timeoutSeconds), ...(checksImages ? [] : ['--fail-on', 'none'])];
      return [...command, ...options, ...bounds, '--pdf', `${outputDirectory}/`, ...documents];
    }
    case 'one-at-a-time':
    case 'two-at-a-time': {
      const atOnce = way === 'one-at-a-time' ? '1' : '2';
      return ['bash', pathOf('render-loop.sh'), atOnce, pathOf('to-pdf.py'), outputDirectory, ...documents];
    }
    case 'one-script': {
      const scribus = ['scribus', '-platform', 'offscreen', '-g', '-ns', '-py'] as const;
      return [...scribus, pathOf('all-to-pdf.py'), outputDirectory, ...documents];
    }
  }
}

const runner = new URL('../../../packages/scribus-runner/src/', import.meta.url);

const pathOf = (name: string, base: URL | string = import.meta.url): string => fileURLToPath(new URL(name, base));
