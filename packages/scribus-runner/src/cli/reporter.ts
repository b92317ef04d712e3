import { relative } from 'node:path';
import type { Writable } from 'node:stream';
import type { PubpipeError, RenderProgress } from '@pubpipe/core';
import type { PlannedDocument } from './plan-outputs.ts';
import type { RenderedDocument } from './render-document.ts';

/** Tells the user how the documents are getting on. */
export interface Reporter {
  progress(document: PlannedDocument, progress: RenderProgress): void;
  rendered(document: PlannedDocument, result: RenderedDocument): void;
  failed(document: PlannedDocument, error: PubpipeError): void;
  /** The command ends before its time. */
  stopped(counts: { readonly rendered: number; readonly notRendered: number }): void;
}

/** A stream that may be a terminal. */
export type Screen = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** One JSON object a line, for programs. */
export function createJsonReporter(stdout: Writable): Reporter {
  const print = (event: string, { argument }: PlannedDocument, facts: object) =>
    void stdout.write(`${JSON.stringify({ event, document: argument, ...facts })}\n`);
  return {
    progress: (document, progress) => print('progress', document, progress),
    rendered: (document, result) => print('rendered', document, result),
    failed: (document, { code, message, details }) => print('failed', document, { code, message, details }),
    stopped: (counts) => void stdout.write(`${JSON.stringify({ event: 'stopped', ...counts })}\n`),
  };
}

/**
 * Lines for people: results on `stdout`, faults on `stderr`. On a terminal the last line shows what is
 * going on, and is overwritten.
 */
export function createTextReporter(stdout: Screen, stderr: Screen): Reporter {
  const live = stderr.isTTY === true;
  const show = (text: string) => {
    if (live) stderr.write(`\r\u001b[2K${oneLine(text).slice(0, (stderr.columns ?? 80) - 1)}`);
  };
  const printLine = (screen: Screen, text: string) => {
    show('');
    screen.write(`${oneLine(text)}\n`);
  };
  return {
    progress({ argument }, { stage, pageCount, pagesDone }) {
      const pages =
        pageCount === undefined ? '' : ` (${pagesDone === undefined ? '' : `${pagesDone} of `}${pageCount} pages)`;
      show(`${argument}: ${stage}${pages}`);
    },
    rendered({ argument }, { outputs, pageCount, findings }) {
      const [first = '', ...others] = outputs.toSorted().map((output) => relative('', output));
      const more = others.length === 0 ? '' : ` and ${others.length} more`;
      printLine(stdout, `${argument}: ${pageCount} ${pageCount === 1 ? 'page' : 'pages'} → ${first}${more}`);
      for (const { message } of findings) printLine(stderr, `${argument}: ${message}`);
    },
    failed({ argument }, { code, message }) {
      // The line that closes the command counts it.
      if (code === 'CANCELLED') return;
      printLine(stderr, `${argument}: ${message} [${code}]`);
    },
    stopped({ rendered, notRendered }) {
      printLine(stderr, `Stopped: ${rendered} rendered, ${notRendered} not rendered.`);
    },
  };
}

/** Names in documents may hold line breaks, and what a terminal obeys. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
