import { relative } from 'node:path';
import { oneLine, type Printer } from '../screen.ts';
import type { MergeEntry } from './merge-entry.ts';
import type { MergeSummary } from './merge-report.ts';

/** Tells what became of documents, each once, and of all of them. */
export interface MergeReporter {
  ended(entry: MergeEntry): void;
  summary(summary: MergeSummary): void;
}

/** Lines for people, or one JSON object a line and document for programs. */
export function createMergeReporter(printer: Printer, { json }: { readonly json: boolean }): MergeReporter {
  if (json) {
    return {
      ended: (entry) => printer.out(`${JSON.stringify(entry)}\n`),
      summary: ({ joined }) => {
        if (joined !== undefined) printer.out(`${JSON.stringify({ joined })}\n`);
      },
    };
  }
  const say = (text: string) => printer.err(`${oneLine(text)}\n`);
  return {
    ended(entry) {
      const { pageCount, outputs, findings, notes, error } = entry;
      const who = nameOf(entry);
      if (error !== undefined) {
        say(`${who}: ${error.message} [${error.code}]`);
        return;
      }
      const [first = '', ...others] = outputs.toSorted().map((output) => relative('', output));
      const more = others.length === 0 ? '' : ` and ${others.length} more`;
      const where = outputs.length === 0 ? '' : ` → ${first}${more}`;
      printer.out(`${oneLine(`${who}: ${countPages(pageCount)}${where}`)}\n`);
      for (const { message } of [...findings, ...notes]) say(`${who}: ${message}`);
    },
    summary({ rendered, failed, missingProofs = [], resumeFrom, joined }) {
      if (joined) printer.out(`${oneLine(`all: ${countPages(joined.pageCount)} → ${relative('', joined.output)}`)}\n`);
      else if (joined === null) say('No PDF of all was written.');
      if (missingProofs.length > 0) say(`No proofs of ${listRecords(missingProofs)}.`);
      if (resumeFrom !== null) say(`Stopped: ${rendered} rendered, ${failed} failed. Go on with --from ${resumeFrom}`);
      else if (failed > 0) say(`${rendered} rendered, ${failed} failed.`);
    },
  };
}

const countPages = (count = 0): string => `${count} ${count === 1 ? 'page' : 'pages'}`;

const listRecords = (numbers: readonly number[]): string =>
  `${numbers.length === 1 ? 'record' : 'records'} ${numbers.join(', ')}`;

const nameOf = ({ records: { first, last } }: MergeEntry): string =>
  first === last ? `record ${first}` : `records ${first}-${last}`;
