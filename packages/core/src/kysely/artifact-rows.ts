import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { Artifact, ReadyArtifact } from '../job/artifact.ts';
import { randomId } from '../job/random-id.ts';
import { parseArtifactKey } from '../ports/artifact-key.ts';
import type { NewArtifact, RowId, WrittenContent } from '../ports/artifact-rows.ts';
import { toArtifact } from './from-row.ts';
import { artifactFields } from './job-view-query.ts';
import { jsonText } from './json-text.ts';
import { madeQuery } from './made-query.ts';
import { type Connection, inTransaction, present, type StoreContext, singly, translated } from './store-context.ts';

/** See `JobStore.beginArtifact`. The last two digits of an id are random: 256 folders share the keys evenly. */
export async function beginArtifact(context: StoreContext, artifact: NewArtifact): Promise<Artifact> {
  const id = randomId();
  const query = madeQuery(context, {
    shape: 'begin artifact',
    values: {
      id,
      tenant: artifact.tenant,
      kind: artifact.kind,
      storage_key: parseArtifactKey(`artifacts/${id.slice(-2)}/${id}`),
      file_name: artifact.fileName,
      media_type: artifact.mediaType,
    },
    make: (values) =>
      context.db
        .insertInto(context.into.artifacts)
        .values({
          ...values,
          state: 'pending',
          byte_size: null,
          sha256: null,
          metadata: jsonText({}),
          created_at: context.dialect.now(),
          expires_at: null,
          deleted_at: null,
          erased_with: null,
        })
        .returning(artifactFields),
  });
  const { rows } = await singly(context, (db) => db.executeQuery(query));
  return toArtifact(present(rows[0]));
}

/** See `JobStore.publishArtifact`. */
export async function publishArtifact(
  context: StoreContext,
  tenant: string,
  content: WrittenContent,
  { expiresInMs }: { readonly expiresInMs: number },
): Promise<ReadyArtifact> {
  const { artifactId, byteSize, sha256 } = content;
  const row = await singly(context, (db) =>
    db
      .updateTable(context.from.artifacts)
      .set((eb) => ({
        state: 'ready',
        byte_size: byteSize,
        sha256,
        expires_at: eb(context.dialect.now(), '+', expiresInMs),
      }))
      .where('artifacts.id', '=', artifactId)
      .where('artifacts.tenant', '=', tenant)
      .where('artifacts.state', '=', 'pending')
      .returningAll()
      .executeTakeFirst(),
  );
  if (row === undefined) throw artifactNotFound(artifactId);
  return toArtifact(row) as ReadyArtifact;
}

/** See `JobStore.getArtifact`. */
export async function getArtifact(context: StoreContext, { tenant, id }: RowId): Promise<ReadyArtifact> {
  const row = await translated(() =>
    context.db
      .selectFrom(context.from.artifacts)
      .selectAll('artifacts')
      .where('artifacts.id', '=', id)
      .where('artifacts.tenant', '=', tenant)
      .executeTakeFirst(),
  );
  if (row === undefined || row.sha256 === null) throw artifactNotFound(id);
  if (row.state !== 'ready') throw artifactExpired(id);
  return toArtifact(row) as ReadyArtifact;
}

/** See `JobStore.removeArtifact`. The write comes first: it waits for, and then holds off, a `submit` that would link the artifact. */
export async function removeArtifact(context: StoreContext, { tenant, id }: RowId): Promise<void> {
  const { dialect, from } = context;
  await inTransaction(context, async (trx) => {
    const removed = await trx
      .with('seized', (db) =>
        dialect.seizeRows(db.selectFrom(from.artifacts).select('artifacts.id').where('artifacts.id', '=', id)),
      )
      .updateTable(from.artifacts)
      .set({ state: 'deleting' })
      .where('artifacts.id', 'in', (eb) => eb.selectFrom('seized').select('seized.id'))
      .where('artifacts.tenant', '=', tenant)
      .where('artifacts.state', '=', 'ready')
      .returning('id')
      .executeTakeFirst();
    if (removed === undefined) return;
    const job = await activeJobThatNeeds(context, trx, id);
    if (job === undefined) return;
    throw new PubpipeError('ARTIFACT_IN_USE', 'A queued or running job needs this artifact.', {
      details: { artifactId: id, jobId: job.id },
    });
  });
}

async function activeJobThatNeeds({ from }: StoreContext, trx: Connection, artifactId: string) {
  return await trx
    .selectFrom(from.jobs)
    .select('jobs.id')
    .where('jobs.status', 'in', ['queued', 'running'])
    .where((eb) =>
      eb.or([
        eb('jobs.input_artifact_id', '=', artifactId),
        eb(
          'jobs.id',
          'in',
          eb
            .selectFrom(from.job_artifacts)
            .select('job_artifacts.job_id')
            .where('job_artifacts.artifact_id', '=', artifactId),
        ),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
}

/** The error for an artifact that the tenant does not have. */
export function artifactNotFound(id: string): PubpipeError {
  return new PubpipeError('ARTIFACT_NOT_FOUND', `There is no artifact ${id}.`, { details: { artifactId: id } });
}

/** The error for an artifact whose content has been deleted. */
export function artifactExpired(id: string): PubpipeError {
  return new PubpipeError('ARTIFACT_EXPIRED', `The content of artifact ${id} has been deleted.`, {
    details: { artifactId: id },
  });
}
