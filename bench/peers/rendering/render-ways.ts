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

/** The command that does a task in one of the ways. */
export function commandOf(way: RenderWay, task: RenderTask): Command {
  return commands[way](task);
}

type Command = readonly [string, ...string[]];

const scribus = ['scribus', '-platform', 'offscreen', '-g', '-ns', '-py'] as const;
const runner = new URL('../../../packages/scribus-runner/src/', import.meta.url);

const pathOf = (name: string, base: URL | string = import.meta.url): string => fileURLToPath(new URL(name, base));

const loop =
  (atOnce: number) =>
  ({ documents, outputDirectory }: RenderTask): Command => {
    return ['bash', pathOf('render-loop.sh'), String(atOnce), pathOf('to-pdf.py'), outputDirectory, ...documents];
  };

const commands: Readonly<Record<RenderWay, (task: RenderTask) => Command>> = {
  ours({ documents, outputDirectory, checksImages = false, timeoutSeconds = 120 }) {
    const command = [process.execPath, '--conditions=@pubpipe/source', pathOf('cli/main.ts', runner)] as const;
    const failOn = checksImages ? [] : ['--fail-on', 'none'];
    const options = ['--json', '--jobs', '2', '--timeout', String(timeoutSeconds), ...failOn];
    return [...command, ...options, '--pdf', `${outputDirectory}/`, ...documents];
  },
  'one-at-a-time': loop(1),
  'two-at-a-time': loop(2),
  'one-script': ({ documents, outputDirectory }) => {
    return [...scribus, pathOf('all-to-pdf.py'), outputDirectory, ...documents];
  },
};
