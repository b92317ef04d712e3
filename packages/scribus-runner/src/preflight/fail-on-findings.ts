import { type PreflightCheck, type PreflightReport, PubpipeError } from '@pubpipe/core/driver';

// Each goes into the job's row and its history; the report has them all.
const maxFindings = 50;

/**
 * Fails a document for the findings that the request calls failures.
 *
 * @throws PubpipeError `PREFLIGHT_FAILED`; details `findings`: the first of those that failed it, then of the
 * others, and `preflight`: the whole report.
 */
export function failOnFindings(preflight: PreflightReport, failOn: ReadonlySet<PreflightCheck>): void {
  const failures = preflight.findings.filter(({ check }) => failOn.has(check));
  const [first] = failures;
  if (first === undefined) return;
  const others = preflight.findings.filter(({ check }) => !failOn.has(check));
  const findings = [...failures, ...others].slice(0, maxFindings);
  const more = failures.length === 1 ? '' : ` ${failures.length - 1} more like it.`;
  throw new PubpipeError('PREFLIGHT_FAILED', `${first.message}${more}`, { details: { findings, preflight } });
}
