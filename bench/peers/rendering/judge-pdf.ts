import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

/** What lies where a document's PDF has to be. */
export type Verdict = 'right' | 'unreadable' | 'other-pages' | 'missing';

const run = promisify(execFile);

/**
 * Judges a PDF by programs that none of the ways uses for it: qpdf must find nothing to complain of, and
 * poppler's pdfinfo as many pages as the document has.
 */
export async function judgePdf(document: string, outputDirectory: string): Promise<Verdict> {
  const path = pdfPathOf(document, outputDirectory);
  if (!existsSync(path)) return 'missing';
  if (!(await succeeds('qpdf', ['--check', path]))) return 'unreadable';
  const { stdout } = await run('pdfinfo', [path]);
  return Number(/^Pages:\s+(\d+)$/m.exec(stdout)?.[1]) === pagesOf(document) ? 'right' : 'other-pages';
}

/** How many images the PDF of a document has. */
export async function countImages(document: string, outputDirectory: string): Promise<number> {
  const { stdout } = await run('pdfimages', ['-list', pdfPathOf(document, outputDirectory)]);
  return stdout.split('\n').filter((line) => /^\s*\d/.test(line)).length;
}

/** Judges the PDFs of several documents. */
export async function judgeAll(documents: readonly string[], outputDirectory: string): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const document of documents) verdicts.push(await judgePdf(document, outputDirectory));
  return verdicts;
}

const pdfPathOf = (document: string, outputDirectory: string): string =>
  join(outputDirectory, `${basename(document).replace(/\.sla(\.gz)?$/, '')}.pdf`);

/** As the document says itself. */
function pagesOf(document: string): number {
  const content = readFileSync(document);
  const text = (document.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
  return Number(/\bANZPAGES="(\d+)"/.exec(text)?.[1]);
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(program, args);
    return true;
  } catch (error) {
    // An exit code is its verdict; anything else is none.
    if (typeof Reflect.get(error as object, 'code') === 'number') return false;
    throw error;
  }
}
