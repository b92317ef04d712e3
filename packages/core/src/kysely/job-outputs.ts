import type { Claim, OutputFile, ReportFile } from '../ports/job-store.ts';
import { makeReady } from './artifact-rows.ts';
import { condemnUnused } from './condemn-unused.ts';
import { insertLinks } from './insert-links.ts';
import type { Connection, StoreContext } from './store-context.ts';

/** Links the outputs of a job inside the transaction that completes it: previews change their role, the rest is new. */
export async function publishOutputs(
  context: StoreContext,
  trx: Connection,
  claim: Claim,
  outputs: readonly OutputFile[],
): Promise<void> {
  const promoted = await promotePreviews(context, trx, claim, outputs);
  const rest = outputs.filter(({ artifactId }) => !promoted.has(artifactId));
  await makeReady(context, trx, claim.tenant, rest);
  await insertLinks(context, trx, { ...claim, role: 'output' }, rest);
}

async function promotePreviews(
  { from }: StoreContext,
  trx: Connection,
  claim: Claim,
  outputs: readonly OutputFile[],
): Promise<ReadonlySet<string>> {
  if (outputs.length === 0) return new Set();
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
  await makeReady(context, trx, claim.tenant, reports);
  await insertLinks(context, trx, { ...claim, role: 'report' }, reports);
}

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
