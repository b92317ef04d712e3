import { type PreflightCheck, type PreflightFinding, PubpipeError } from '@pubpipe/core';
import type { MissingImage } from './protocol/answer.ts';

/** Puts what the script found into the words of the port. */
export function toFindings(images: readonly MissingImage[]): readonly PreflightFinding[] {
  return images.map(({ page, object, file, reason }) => ({
    check: 'missing-image',
    message: `The image "${file}"${page === null ? '' : ` on page ${page}`} ${reason === 'missing' ? 'is missing' : "can't be read"}.`,
    ...(page === null ? {} : { page }),
    ...(object === null ? {} : { object }),
    file,
  }));
}

/**
 * Fails a document for the findings that the request calls failures.
 *
 * @throws PubpipeError `PREFLIGHT_FAILED`; details `findings`: all that was found.
 */
export function failOnFindings(findings: readonly PreflightFinding[], failOn: ReadonlySet<PreflightCheck>): void {
  const failures = findings.filter(({ check }) => failOn.has(check));
  const [first] = failures;
  if (first === undefined) return;
  const others = failures.length === 1 ? '' : ` ${failures.length - 1} more like it.`;
  throw new PubpipeError('PREFLIGHT_FAILED', `${first.message}${others}`, { details: { findings } });
}
