import type { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { JobError } from '../../job/job.ts';
import type { OutputFile } from '../../ports/job-store.ts';
import type { FailedDocument, MadeBy, RenderedDocument } from '../../ports/merger.ts';
import type { PreflightFinding } from '../../ports/preflight.ts';
import type { NewRecord } from '../../ports/record-rows.ts';

const maxItems = 50;
const maxText = 500;
const maxMessage = 2_000;
const maxDetails = 8_000;

/** What is kept of a document that was rendered. What it says is bounded: there may be a million. */
export function renderedRecord(document: RenderedDocument, files: readonly OutputFile[]): NewRecord {
  const { records, name, result, notes } = document;
  const { pageCount, findings } = result;
  return {
    ...records,
    name,
    status: 'rendered',
    ...pathOf(document),
    pageCount,
    findings: firstOf(findings),
    notes: firstOf(notes),
    files,
  };
}

/** What is kept of a document that failed. */
export function failedRecord({ records, name, path, pathReason, error }: FailedDocument): NewRecord {
  return {
    ...records,
    name,
    status: 'failed',
    ...pathOf({ path, pathReason }),
    findings: findingsOf(error),
    notes: [],
    error: toRecordError(error),
    files: [],
  };
}

const pathOf = ({ path, pathReason }: MadeBy): MadeBy => ({
  path,
  pathReason: pathReason?.slice(0, maxText).toWellFormed(),
});

/** What is kept of why a document failed: its findings are kept by themselves. */
function toRecordError({ code, message, details }: PubpipeError): JobError {
  const { preflight: _preflight, findings: _findings, ...rest } = details;
  const text = JSON.stringify(rest, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  const kept = text.length > maxDetails ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
  return { code, message: message.slice(0, maxMessage), details: kept };
}

function findingsOf({ details }: PubpipeError): readonly PreflightFinding[] {
  const { findings } = details;
  return Array.isArray(findings) ? firstOf(findings as readonly PreflightFinding[]) : [];
}

/** The first ones, their texts cut: a document may call a frame whatever it likes. */
function firstOf<Item extends object>(items: readonly Item[]): readonly Item[] {
  return items.slice(0, maxItems).map((item) => {
    const entries = Object.entries(item).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'string' ? value.slice(0, maxText).toWellFormed() : value,
    ]);
    return Object.fromEntries(entries) as Item;
  });
}
