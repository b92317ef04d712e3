import { relative } from 'node:path';
import { inputDirectoryHint } from './input-directory.ts';
import { reportOf, toReportText } from './render-document.ts';
import type { Reporter } from './reporter.ts';
import { oneLine, type Printer } from './screen.ts';

/**
 * Lines for people: results on standard output, faults on standard error. With `printReport`, standard
 * output gets the report of the document check and nothing else.
 */
export function createTextReporter(printer: Printer, { printReport }: { readonly printReport: boolean }): Reporter {
  const say = (text: string) => printer.err(`${oneLine(text)}\n`);
  const sayResult = (text: string) => (printReport ? say(text) : printer.out(`${oneLine(text)}\n`));
  return {
    rendered({ argument }, { outputs, result }) {
      const { pageCount, findings, preflight } = result;
      if (printReport && preflight !== undefined) printer.out(toReportText(preflight));
      const [first = '', ...others] = outputs.toSorted().map((output) => relative('', output));
      const more = others.length === 0 ? '' : ` and ${others.length} more`;
      sayResult(`${argument}: ${pageCount} ${pageCount === 1 ? 'page' : 'pages'} → ${first}${more}`);
      for (const { message } of findings) say(`${argument}: ${message}`);
    },
    failed({ argument, place }, error) {
      const report = reportOf(error);
      if (printReport && report !== undefined) printer.out(toReportText(report));
      const hint = error.code === 'UNSAFE_DOCUMENT' ? inputDirectoryHint(place, error) : undefined;
      say([`${argument}: ${error.message}`, ...(hint === undefined ? [] : [hint]), `[${error.code}]`].join(' '));
    },
    stopped: () => undefined,
    ended({ rendered, failed, stopped }) {
      if (stopped > 0) say(`Stopped: ${rendered} rendered, ${failed + stopped} not rendered.`);
      else if (failed > 0 && rendered + failed > 1) say(`${rendered} rendered, ${failed} not rendered.`);
    },
  };
}
