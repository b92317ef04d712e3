import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openJobWorkspace } from '../../packages/scribus-runner/src/engine/job-workspace.ts';
import { Libraries } from '../../packages/scribus-runner/src/fonts/libraries.ts';
import { startProgram } from '../../packages/scribus-runner/src/programs/start-program.ts';

/** A Scribus that stays and renders one document after the other itself. */
export interface InProcessScribus {
  /** Seconds from the request's line to the answer's. */
  render(document: string, output: string): Promise<number>;
  close(): Promise<void>;
}

/** Starts it; `temporaryDirectory` holds its HOME. */
export async function startInProcessScribus(temporaryDirectory: string): Promise<InProcessScribus> {
  const script = fileURLToPath(new URL('render-in-process.py', import.meta.url));
  const libraries = new Libraries({ fontDirectories: [], profileDirectories: [], temporaryDirectory });
  const workspace = await openJobWorkspace(temporaryDirectory, libraries);
  const command = ['scribus', '-platform', 'offscreen', '-g', '-ns', '-py', script] as const;
  const program = startProgram(command, { cwd: workspace.directory, env: workspace.environment });
  for (const output of [program.child.stdout, program.child.stderr]) output?.resume();
  const answers = createInterface({ input: program.answers });
  return {
    async render(document, output) {
      const begunAt = performance.now();
      program.requests.write(`${JSON.stringify({ document, output })}\n`);
      await Promise.race([once(answers, 'line'), failedEnd(program.ended)]);
      return (performance.now() - begunAt) / 1000;
    },
    async close() {
      program.requests.destroy();
      await program.ended;
      await program.disconnect();
      await workspace.close();
    },
  };
}

async function failedEnd(ended: Promise<unknown>): Promise<never> {
  throw new Error(`Scribus ended in the middle: ${JSON.stringify(await ended)}`);
}
