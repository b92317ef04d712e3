import { formatCount, formatSeconds } from './amounts.ts';
import type { RunResult } from './render-document.ts';

const headings = ['Document', 'Pages', 'PDF bytes', 'Seconds', 'Attempts'] as const;

/** A table of how the documents ended. What a document did not come to have is a dash. */
export function formatResultsTable(results: readonly RunResult[]): string {
  const rows = [headings, ...results.map(toCells)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const [head = '', ...body] = rows.map((row) => {
    return row.map((cell, column) => align(cell, column, widths[column] ?? 0)).join('  ');
  });
  return [head, rule, ...body].join('\n');
}

function toCells({ name, pageCount, pdfBytes, processingMs, attempts }: RunResult): string[] {
  const dash = '–';
  return [
    name,
    pageCount === undefined ? dash : formatCount(pageCount),
    pdfBytes === undefined ? dash : formatCount(pdfBytes),
    processingMs === undefined ? dash : formatSeconds(processingMs),
    attempts === undefined ? dash : formatCount(attempts),
  ];
}

/** Names to the left, numbers to the right. */
function align(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
