import type { PlannedDocument } from './plan-outputs.ts';
import { reportOf } from './render-document.ts';
import type { Reporter } from './reporter.ts';
import type { Printer } from './screen.ts';

/** One JSON object a line and document, for programs. The README lists the fields; they are added to, never renamed. */
export function createJsonReporter(printer: Printer): Reporter {
  const print = ({ argument }: PlannedDocument, status: 'rendered' | 'failed' | 'stopped', facts: object) =>
    printer.out(`${JSON.stringify({ document: argument, status, ...facts })}\n`);
  return {
    rendered(document, { outputs, result }, durationMs) {
      const { pageCount, findings, stageMs, renderedBy, provenance, preflight } = result;
      const report = preflight && document.preflight;
      print(document, 'rendered', {
        outputs,
        preflight: report,
        pageCount,
        findings,
        durationMs,
        stageMs,
        renderedBy,
        provenance,
      });
    },
    failed(document, error, durationMs) {
      const report = reportOf(error);
      // The report is large, and has a file of its own; its findings are there once.
      const { preflight: _, findings: first = [], ...details } = error.details;
      print(document, 'failed', {
        outputs: [],
        preflight: report && document.preflight,
        pageCount: report?.pageCount,
        findings: report?.findings ?? first,
        durationMs,
        error: { code: error.code, message: error.message, retryable: error.retryable, details },
      });
    },
    stopped: (document) => print(document, 'stopped', { outputs: [], findings: [] }),
    ended: () => undefined,
  };
}
