// Renders real Scribus documents from end to end: `npm run demo`.
import { join } from 'node:path';
import process from 'node:process';
import { openPipeline } from '@pubpipe/example-embedded';
import { formatSeconds } from './amounts.ts';
import { chooseDocuments, type DemoDocument } from './documents.ts';
import { createProgressLines } from './progress-lines.ts';
import type { ProgressView } from './progress-view.ts';
import { type RunResult, renderDocument } from './render-document.ts';
import { formatResultsTable } from './results-table.ts';
import { discardStoredFiles, nameRun, openRunFolder } from './run-folder.ts';
import { parseRunOptions, type RunOptions, usage } from './run-options.ts';
import { createTerminalProgress } from './terminal-progress.ts';

try {
  const options = parseRunOptions(process.argv.slice(2));
  if (options === undefined) console.log(usage);
  else process.exitCode = await runDemo(options);
} catch (error) {
  console.error(`demo: ${(error as Error).message}`);
  process.exitCode = 1;
}

/** Renders the documents and returns the exit code. */
async function runDemo({ only, templates, output }: RunOptions): Promise<number> {
  const documents = chooseDocuments(only, templates);
  const startedAt = performance.now();
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupt.abort());
  const run = nameRun();
  const folder = await openRunFolder(output, run);
  const { pipeline, close } = await openPipeline(join(output, 'state'));
  try {
    await discardStoredFiles(pipeline);
    const view = createView(documents);
    const context = { pipeline, run, folder, signal: interrupt.signal, onProgress: view.show };
    const results = await Promise.all(documents.map((document) => renderDocument(context, document)));
    view.close();
    report(results, { folder, elapsedMs: performance.now() - startedAt });
    if (interrupt.signal.aborted) return 130;
    return results.every(({ status }) => status === 'completed') ? 0 : 1;
  } finally {
    await close();
  }
}

/** One line a document where they fit on a terminal, plain lines elsewhere. */
function createView(documents: readonly DemoDocument[]): ProgressView {
  const { stdout, env } = process;
  if (!stdout.isTTY || env['TERM'] === 'dumb' || documents.length >= stdout.rows) return createProgressLines(stdout);
  const names = documents.map(({ name }) => name);
  return createTerminalProgress(stdout, { names, color: (env['NO_COLOR'] ?? '') === '' });
}

function report(results: readonly RunResult[], { folder, elapsedMs }: { folder: string; elapsedMs: number }): void {
  const completed = results.filter(({ status }) => status === 'completed');
  const pages = completed.reduce((sum, { pageCount = 0 }) => sum + pageCount, 0);
  console.log(`\n${formatResultsTable(results)}\n`);
  for (const { name, status, failure } of results) {
    if (status === 'failed') console.log(`${name} failed: ${failure}`);
    if (status === 'cancelled') console.log(`${name} was cancelled.`);
  }
  console.log(`${completed.length} of ${results.length} documents, ${pages} pages, ${formatSeconds(elapsedMs)} s`);
  console.log(`The PDFs and page images are in ${folder}`);
}
