import type { Selectable } from 'kysely';
import { isErrorCode } from '../errors/error-traits.ts';
import type { Artifact, ArtifactKind, ArtifactRole, ArtifactState, JobArtifact } from '../job/artifact.ts';
import type { Job, JobView } from '../job/job.ts';
import type { JobEvent, JobEventType } from '../job/job-event.ts';
import type { JobStatus } from '../job/job-status.ts';
import type { Lane } from '../job/lane.ts';
import type { ArtifactKey } from '../ports/artifact-key.ts';
import type { RenderProgress } from '../ports/renderer.ts';
import type { TraceContext } from '../ports/trace-context.ts';
import type { JobEventsTable } from './database.ts';
import type { ArtifactRow, ArtifactValues, JobRow, JobViewRow, LinkValues } from './job-view-query.ts';
import { parseJson } from './json-text.ts';
import { present } from './store-context.ts';

// The one place where rows become objects. Numbers are converted whatever they arrive as: PostgreSQL's
// drivers return bigint as text, as a number or as a BigInt, as the host has set them up.
const optional = <T>(value: T | null): T | undefined => value ?? undefined;
/** A number that may be missing. */
export const optionalNumber = (value: number | string | bigint | null): number | undefined =>
  value === null ? undefined : Number(value);

/** Converts a row of `artifacts`. */
export function toArtifact(row: ArtifactRow): Artifact {
  return {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind as ArtifactKind,
    state: row.state as ArtifactState,
    storageKey: row.storage_key as ArtifactKey,
    fileName: row.file_name,
    mediaType: row.media_type,
    byteSize: optionalNumber(row.byte_size),
    sha256: optional(row.sha256),
    createdAt: Number(row.created_at),
    expiresAt: optionalNumber(row.expires_at),
  };
}

/** Converts a row of `jobs` with the JSON of its relations. */
export function toJobView(row: JobViewRow): JobView {
  const links = (parseJson(row.links) as readonly LinkValues[]).map(toJobArtifact);
  const [input] = parseJson(row.input) as readonly ArtifactValues[];
  const withRole = (role: ArtifactRole) => links.filter((link) => link.role === role);
  return {
    ...toJob(row),
    input: toArtifact(toArtifactRow(present(input))),
    assets: withRole('asset'),
    previews: withRole('preview'),
    outputs: withRole('output'),
    reports: withRole('report'),
  };
}

/** Converts a row of `job_events`. */
export function toJobEvent(row: Selectable<JobEventsTable>, tenant: string): JobEvent {
  return {
    tenant,
    jobId: row.job_id,
    seq: Number(row.seq),
    type: row.type as JobEventType,
    data: parseJson(row.data) as JobEvent['data'],
    createdAt: Number(row.created_at),
  };
}

/** Converts a row of `jobs`. */
export function toJob(row: JobRow): Job {
  return {
    id: row.id,
    tenant: row.tenant,
    type: row.type,
    status: row.status as JobStatus,
    lane: row.lane as Lane,
    priority: Number(row.priority),
    payload: parseJson(row.payload),
    payloadVersion: Number(row.payload_version),
    batch: optional(row.batch_id),
    reference: optional(row.reference),
    labels: parseJson(row.labels) as Job['labels'],
    correlationId: optional(row.correlation_id),
    traceContext: optional(parseJson(row.trace_context)) as TraceContext | undefined,
    idempotencyKey: optional(row.idempotency_key),
    attempt: Number(row.attempt),
    failures: Number(row.failures),
    crashCount: Number(row.crash_count),
    lostClaims: Number(row.lost_claims),
    maxAttempts: Number(row.max_attempts),
    runAt: Number(row.run_at),
    progress: optional(parseJson(row.progress)) as RenderProgress | undefined,
    error: toJobError(row),
    createdAt: Number(row.created_at),
    startedAt: optionalNumber(row.started_at),
    finishedAt: optionalNumber(row.finished_at),
    updatedAt: Number(row.updated_at),
  };
}

/** Converts the columns that say why something failed. */
export function toJobError(row: Pick<JobRow, 'error_code' | 'error_message' | 'error_details'>): Job['error'] {
  if (row.error_code === null) return undefined;
  return {
    // A newer version may have written a code that this one does not know.
    code: isErrorCode(row.error_code) ? row.error_code : 'INTERNAL',
    message: row.error_message ?? '',
    details: (parseJson(row.error_details) ?? {}) as Readonly<Record<string, unknown>>,
  };
}

/** Converts what a job has of an artifact. */
export function toJobArtifact([role, name, page, attempt, ...artifact]: LinkValues): JobArtifact {
  return {
    role: role as ArtifactRole,
    name,
    page: optionalNumber(page),
    attempt: Number(attempt),
    artifact: toArtifact(toArtifactRow(artifact)),
  };
}

/** Gives the values their names back, which are those of `artifactFields`. */
function toArtifactRow(values: ArtifactValues): ArtifactRow {
  const [id, tenant, kind, state, storage_key, file_name, media_type, byte_size, sha256, created_at, expires_at] =
    values;
  return { id, tenant, kind, state, storage_key, file_name, media_type, byte_size, sha256, created_at, expires_at };
}
