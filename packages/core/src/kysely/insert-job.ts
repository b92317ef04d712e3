import { expressionBuilder, type QueryCreator, sql } from 'kysely';
import type { JobArtifact } from '../job/artifact.ts';
import type { JobView } from '../job/job.ts';
import { randomId } from '../job/random-id.ts';
import type { NewJob } from '../ports/job-store.ts';
import { appendEventOf } from './append-event.ts';
import { CombinedWrite, writeCombined } from './combined-write.ts';
import type { PubpipeDatabase } from './database.ts';
import { toArtifact, toJob } from './from-row.ts';
import { type ArtifactRow, artifactColumns, type JobRow, jobFields } from './job-view-query.ts';
import { jsonText, parseJson } from './json-text.ts';
import { literalRows } from './literal-rows.ts';
import { endExpiry, keepReady } from './lock-artifacts.ts';
import { type Connection, present, type StoreContext } from './store-context.ts';

/** All that a job refers to, some perhaps several times. */
export const artifactIdsOf = ({ inputArtifactId, assets }: NewJob): readonly string[] => [
  inputArtifactId,
  ...assets.map(({ artifactId }) => artifactId),
];

/**
 * Writes a job, its links and its first event, and ends the expiry of what it uses. Answers undefined when its
 * idempotency key has been used before. When an artifact is not ready, no id of it is found, and the database
 * refuses the row that lacks it: see `SqlDialect.isMissingValue`.
 */
export async function insertJob(
  context: StoreContext,
  job: NewJob,
  transaction?: Connection,
): Promise<JobView | undefined> {
  const ids = [...new Set(artifactIdsOf(job))];
  const [row] = await writeCombined(
    context,
    {
      shape: `submit ${ids.length} ${job.assets.length} ${job.runAt === undefined}`,
      values: {
        ids,
        row: toRow(job),
        assets: job.assets.map(({ name, artifactId }) => ({ name, artifact_id: artifactId })),
      },
      define: ({ ids: wanted, row: values, assets }) => {
        const write = new CombinedWrite()
          .read('used', (db) => keepReady(context, db, { tenant: values.tenant, ids: wanted }))
          .guard('job', (db) => insertRow(context, db, values, job.runAt !== undefined))
          .write('expiry', (db) =>
            endExpiry(context, db, wanted).where((eb) =>
              eb.exists(expressionBuilder<Used & Written>().selectFrom('job').select('job.id')),
            ),
          )
          .write('event', (db) => appendEventOf(context, db, { type: 'queued', data: sql`${jsonText({})}` }));
        return (assets.length === 0 ? write : write.write('links', (db) => insertLinks(context, db, assets))).answer(
          (db) =>
            db
              .selectFrom('job')
              .selectAll('job')
              .select((eb) =>
                context.dialect.jsonArrayFrom(eb.selectFrom('used as artifacts').select(artifactColumns)).as('used'),
              ),
        );
      },
    },
    transaction,
  );
  return row === undefined ? undefined : toView(job, row, parseJson(row.used) as readonly ArtifactRow[]);
}

/** What the request says of the row. */
const toRow = (job: NewJob) => ({
  id: randomId(),
  tenant: job.tenant,
  type: job.type,
  lane: job.lane ?? 'standard',
  priority: job.priority,
  payload: jsonText(job.payload),
  payload_version: job.payloadVersion,
  input_artifact_id: job.inputArtifactId,
  batch_id: job.batch ?? null,
  reference: job.reference ?? null,
  labels: jsonText(job.labels),
  correlation_id: job.correlationId ?? null,
  trace_context: job.traceContext === undefined ? null : jsonText(job.traceContext),
  idempotency_key: job.idempotencyKey ?? null,
  request_hash: job.requestHash,
  max_attempts: job.maxAttempts,
  run_at: job.runAt ?? job.delayMs,
});

type Row = ReturnType<typeof toRow>;
type Asset = { readonly name: string; readonly artifact_id: string };
type Used = PubpipeDatabase & { readonly used: ArtifactRow };
type Written = { readonly job: JobRow & { readonly event_seq: number | string | bigint } };

/** Inserts the row, unless the idempotency key has been used before. */
function insertRow({ dialect, into }: StoreContext, db: QueryCreator<Used>, row: Row, isDueAt: boolean) {
  return db
    .insertInto(into.jobs)
    .values((eb) => ({
      ...row,
      input_artifact_id: eb.selectFrom('used').select('used.id').where('used.id', '=', row.input_artifact_id),
      status: 'queued',
      attempt: 0,
      failures: 0,
      crash_count: 0,
      lost_claims: 0,
      run_at: isDueAt ? row.run_at : eb(dialect.now(), '+', row.run_at),
      dispatch: 1,
      dispatched_at: null,
      lease_owner: null,
      lease_expires_at: null,
      event_seq: 1,
      progress: null,
      drafts: 0,
      error_code: null,
      error_message: null,
      error_details: null,
      created_at: dialect.now(),
      started_at: null,
      finished_at: null,
      updated_at: dialect.now(),
    }))
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'idempotency_key']).where('idempotency_key', 'is not', null).doNothing(),
    )
    .returning([...jobFields, 'event_seq']);
}

function insertLinks({ into }: StoreContext, db: QueryCreator<Used & Written>, assets: readonly Asset[]) {
  return db
    .insertInto(into.job_artifacts)
    .columns(['job_id', 'role', 'name', 'artifact_id', 'attempt'])
    .expression((builder) =>
      builder
        .selectFrom('job')
        .innerJoin(literalRows('asset', { name: 'text', artifact_id: 'text' }, assets), (join) => join.onTrue())
        .leftJoin('used', 'used.id', 'asset.artifact_id')
        .select((eb) => [
          'job.id as job_id',
          eb.val('asset').as('role'),
          'asset.name',
          'used.id as artifact_id',
          eb.lit(0).as('attempt'),
        ]),
    );
}

/** What `get` would read now. */
function toView({ inputArtifactId, assets }: NewJob, row: JobRow, used: readonly ArtifactRow[]): JobView {
  const artifacts = new Map(used.map((artifact) => [artifact.id, toArtifact({ ...artifact, expires_at: null })]));
  const links: JobArtifact[] = assets.map(({ name, artifactId }) => ({
    role: 'asset',
    name,
    page: undefined,
    attempt: 0,
    artifact: present(artifacts.get(artifactId)),
  }));
  return {
    ...toJob(row),
    input: present(artifacts.get(inputArtifactId)),
    assets: links.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))),
    previews: [],
    outputs: [],
    reports: [],
  };
}
