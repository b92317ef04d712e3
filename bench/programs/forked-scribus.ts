import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openJobWorkspace } from '../../packages/scribus-runner/src/engine/job-workspace.ts';
import { ForkServer } from '../../packages/scribus-runner/src/engine/warm/fork-server.ts';
import { Libraries } from '../../packages/scribus-runner/src/fonts/libraries.ts';
import type { SandboxPolicy } from '../../packages/scribus-runner/src/protocol/request.ts';
import { resolveScribusRendererOptions } from '../../packages/scribus-runner/src/scribus-renderer-options.ts';
import { scribusCommand } from '../../packages/scribus-runner/src/scripter-path.ts';

/** A warm Scribus, spoken to directly. */
export interface ForkedScribus {
  /** Seconds from the request's line to the line that says that the process is gone. */
  render(document: string, sandbox: SandboxPolicy['mode']): Promise<number>;
  close(): Promise<void>;
}

/** Starts it; `temporaryDirectory` holds the directories of its jobs. */
export async function startForkedScribus(temporaryDirectory: string): Promise<ForkedScribus> {
  const options = resolveScribusRendererOptions({ temporaryDirectory, mode: 'warm' });
  const libraries = new Libraries(options);
  const home = await openJobWorkspace(temporaryDirectory, libraries, 'scribus');
  const server = new ForkServer(scribusCommand(options.scribus, 'warm', `places=${options.slots}`), home, options);
  await server.ready;
  return {
    async render(document, mode) {
      const workspace = await openJobWorkspace(temporaryDirectory, libraries);
      const outputDirectory = await mkdtemp(join(temporaryDirectory, 'output-'));
      try {
        const begunAt = performance.now();
        const { job } = server.fork(workspace, {
          type: 'render',
          document,
          libraries: false,
          linkedImages: [],
          preflight: { fonts: [], masters: [], profiles: [], profileDirectories: [] },
          outputDirectory,
          sandbox: {
            mode,
            readPaths: [dirname(document)],
            writePaths: [workspace.directory, outputDirectory],
            ghostscript: false,
            limits: { cpuSeconds: 120, memoryBytes: 4 * 1024 ** 3, outputBytes: 2 * 1024 ** 3 },
          },
          renditions: [{ kind: 'pdf', pages: null, attributes: {}, wholeFonts: false, outputIntent: null }],
        });
        const said = job.said.setEncoding('utf8').toArray();
        await job.ended;
        const seconds = (performance.now() - begunAt) / 1000;
        const text = (await said).join('');
        if (!text.includes('"done"'))
          throw new Error(`Scribus did not render ${document}: ${text} ${workspace.log.tail(2000)}`);
        return seconds;
      } finally {
        await rm(outputDirectory, { recursive: true });
        await workspace.close();
      }
    },
    close: () => server.destroy(),
  };
}
