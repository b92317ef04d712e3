import type { Claim, ReportFile } from '../ports/job-store.ts';
import type { PreflightReport } from '../ports/preflight.ts';
import type { WorkerContext } from './worker-context.ts';

type Context = Pick<WorkerContext, 'jobStore' | 'artifactStore' | 'metrics'>;

const name = 'preflight.json';
const mediaType = 'application/json';

/** The report that an error carries, such as `PREFLIGHT_FAILED` of a renderer that makes one. */
export function preflightOf(details: Readonly<Record<string, unknown>>): PreflightReport | undefined {
  const { preflight } = details;
  const isReport =
    typeof preflight === 'object' && preflight !== null && 'version' in preflight && 'findings' in preflight;
  return isReport ? (preflight as PreflightReport) : undefined;
}

/** Uploads a report as \`preflight.json\`. What makes it visible is the transaction that ends the attempt. */
export async function uploadPreflight(
  { jobStore, artifactStore, metrics }: Context,
  { tenant }: Claim,
  { report, signal }: { readonly report: PreflightReport; readonly signal: AbortSignal },
): Promise<ReportFile> {
  signal.throwIfAborted();
  const content = new TextEncoder().encode(JSON.stringify(report));
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
