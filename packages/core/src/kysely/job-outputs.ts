import { expressionBuilder } from 'kysely';
import type { Claim, OutputFile, ReportFile } from '../ports/job-store.ts';
import type { RaisedJob } from './append-event.ts';
import type { CombinedWrite } from './combined-write.ts';
import { condemnUnused } from './condemn-unused.ts';
import type { PubpipeDatabase } from './database.ts';
import { literalRows } from './literal-rows.ts';
import { becomeReady, makeReady } from './make-ready.ts';
import type { Connection, StoreContext } from './store-context.ts';

/** Files in one statement: SQLite takes 32,766 parameters. */
const filesAtOnce = 1_000;

/** Links the outputs of a job inside the transaction that completes it: previews change their role, the rest is new. */
export async function publishOutputs(
  context: StoreContext,
  trx: Connection,
  claim: Claim,
  outputs: readonly OutputFile[],
): Promise<void> {
  for (let start = 0; start < outputs.length; start += filesAtOnce) {
    await publishSome(context, trx, claim, outputs.slice(start, start + filesAtOnce));
  }
}

async function publishSome(
  context: StoreContext,
  trx: Connection,
  claim: Claim,
  outputs: readonly OutputFile[],
): Promise<void> {
  const promoted = await promotePreviews(context, trx, claim, outputs);
  const rest = outputs.filter(({ artifactId }) => !promoted.has(artifactId));
  if (rest.length === 0) return;
  await makeReady(context, trx, claim.tenant, rest);
  await trx
    .insertInto(context.into.job_artifacts)
    .values(
      rest.map(({ artifactId, name, page }) => ({
        job_id: claim.jobId,
        role: 'output',
        name,
        artifact_id: artifactId,
        attempt: claim.attempt,
        page: page ?? null,
      })),
    )
    .execute();
}

async function promotePreviews(
  { from }: StoreContext,
  trx: Connection,
  claim: Claim,
  outputs: readonly OutputFile[],
): Promise<ReadonlySet<string>> {
  const rows = await trx
    .updateTable(from.job_artifacts)
    .set({ role: 'output' })
    .where('job_artifacts.job_id', '=', claim.jobId)
    .where('job_artifacts.role', '=', 'preview')
    .where('job_artifacts.attempt', '=', claim.attempt)
    .where(
      'job_artifacts.artifact_id',
      'in',
      outputs.map(({ artifactId }) => artifactId),
    )
    .returning('artifact_id')
    .execute();
  return new Set(rows.map(({ artifact_id: artifactId }) => artifactId));
}

/** Links the reports of an attempt inside the transaction that ends it. */
export async function publishReports(
  context: StoreContext,
  trx: Connection,
  claim: Claim,
  reports: readonly ReportFile[] = [],
): Promise<void> {
  if (reports.length === 0) return;
  await makeReady(context, trx, claim.tenant, reports);
  await trx
    .insertInto(context.into.job_artifacts)
    .values(
      reports.map(({ artifactId, name }) => ({
        job_id: claim.jobId,
        role: 'report',
        name,
        artifact_id: artifactId,
        attempt: claim.attempt,
        page: null,
      })),
    )
    .execute();
}

/** A file that becomes an output or a report, in the words of its columns. */
interface PublishedFile {
  readonly artifact_id: string;
  readonly byte_size: number;
  readonly sha256: string;
  readonly role: string;
  readonly name: string;
  readonly page: number | null;
}

type WithJob = PubpipeDatabase & Readonly<Record<'job', RaisedJob>>;

/** Links files as part of a combined write. One that is not pending leaves its link without an artifact, which the database refuses. */
export function publishFiles(
  context: StoreContext,
  write: CombinedWrite<WithJob>,
  { claim, files }: { readonly claim: Claim; readonly files: readonly PublishedFile[] },
) {
  return write
    .write(
      'ready',
      (db) =>
        becomeReady(context, db, claim.tenant, files).where((eb) =>
          eb.exists(expressionBuilder<WithJob>().selectFrom('job').select('job.id')),
        ),
      ['id'],
    )
    .write('links', (db) =>
      db
        .insertInto(context.into.job_artifacts)
        .columns(['job_id', 'role', 'name', 'artifact_id', 'attempt', 'page'])
        .expression((builder) =>
          builder
            .selectFrom('job')
            .innerJoin(asTable(files), (join) => join.onTrue())
            .leftJoin('ready', 'ready.id', 'file.artifact_id')
            .select((eb) => [
              'job.id as job_id',
              'file.role',
              'file.name',
              'ready.id as artifact_id',
              eb.val(claim.attempt).as('attempt'),
              'file.page',
            ]),
        ),
    );
}

const asTable = (files: readonly PublishedFile[]) =>
  literalRows(
    'file',
    { artifact_id: 'text', role: 'text', name: 'text', page: 'integer' },
    files.map(({ artifact_id, role, name, page }) => ({ artifact_id, role, name, page })),
  );

/**
 * Takes the previews of ended attempts out of sight and leaves their content to the sweeper, unless
 * another job was submitted with one meanwhile.
 */
export const discardPreviews = (context: StoreContext, trx: Connection, jobIds: readonly string[]): Promise<void> =>
  discard(context, trx, jobIds, ['preview']);

/** The same at the end of an attempt, when the reports of the attempts before go too. */
export const discardEarlier = (context: StoreContext, trx: Connection, { jobId }: Claim): Promise<void> =>
  discard(context, trx, [jobId], ['preview', 'report']);

async function discard(
  context: StoreContext,
  trx: Connection,
  jobIds: readonly string[],
  roles: readonly ('preview' | 'report')[],
): Promise<void> {
  if (jobIds.length === 0) return;
  const unlinked = await trx
    .deleteFrom(context.from.job_artifacts)
    .where('job_artifacts.job_id', 'in', jobIds)
    .where('job_artifacts.role', 'in', roles)
    .returning('artifact_id')
    .execute();
  await condemnUnused(
    context,
    trx,
    unlinked.map(({ artifact_id: artifactId }) => artifactId),
  );
}
