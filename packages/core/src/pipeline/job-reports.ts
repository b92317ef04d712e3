import type { Claim, ReportFile } from '../ports/job-store.ts';
import type { PreflightReport } from '../ports/preflight.ts';
import type { RenderResult } from '../ports/renderer.ts';
import type { WorkerContext } from './worker-context.ts';

type Context = Pick<WorkerContext, 'jobStore' | 'artifactStore' | 'metrics'>;

const mediaType = 'application/json';

/** Something told of a render besides its outputs, which becomes a JSON artifact of the job. */
export interface JobReport {
  readonly name: 'preflight.json' | 'provenance.json';
  /** Plain JSON. */
  readonly content: object;
}

/** The report of the document check. */
export const preflightReport = (content: PreflightReport): JobReport => ({ name: 'preflight.json', content });

/** What a render that has ended well tells of itself. */
export const reportsOf = ({ preflight, provenance }: RenderResult): readonly JobReport[] => [
  ...(preflight === undefined ? [] : [preflightReport(preflight)]),
  ...(provenance === undefined ? [] : [{ name: 'provenance.json', content: provenance } as const]),
];

/** The report that an error carries, such as `PREFLIGHT_FAILED` of a renderer that makes one. */
export function preflightOf(details: Readonly<Record<string, unknown>>): PreflightReport | undefined {
  const { preflight } = details;
  const isReport =
    typeof preflight === 'object' && preflight !== null && 'version' in preflight && 'findings' in preflight;
  return isReport ? (preflight as PreflightReport) : undefined;
}

/** Uploads a report. What makes it visible is the transaction that ends the attempt. */
export async function uploadReport(
  { jobStore, artifactStore, metrics }: Context,
  { tenant }: Claim,
  { report, signal }: { readonly report: JobReport; readonly signal: AbortSignal },
): Promise<ReportFile> {
  signal.throwIfAborted();
  const { name } = report;
  const content = new TextEncoder().encode(JSON.stringify(report.content));
  const artifact = await jobStore.beginArtifact({ tenant, kind: 'report', fileName: name, mediaType });
  const { byteLength: byteSize } = content;
  const source = (async function* () {
    yield content;
  })();
  const { sha256 } = await artifactStore.put(artifact.storageKey, source, {
    mediaType,
    signal,
    expected: { byteSize },
  });
  metrics.artifactBytes({ direction: 'in', bytes: byteSize });
  return { artifactId: artifact.id, byteSize, sha256, name };
}
