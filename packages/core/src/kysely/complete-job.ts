import { sql } from 'kysely';
import { isPubpipeError, PubpipeError } from '../errors/pubpipe-error.ts';
import type { Claim, JobResult } from '../ports/job-store.ts';
import { appendEvent, appendEventOf } from './append-event.ts';
import { CombinedWrite, writeCombined } from './combined-write.ts';
import { changeFenced, fenced } from './fence.ts';
import { discardEarlier, publishFiles, publishOutputs, publishReports } from './job-outputs.ts';
import { ended } from './job-row-changes.ts';
import { jsonText } from './json-text.ts';
import { inTransaction, type StoreContext } from './store-context.ts';

/** See `JobStore.complete`. */
export async function completeJob(context: StoreContext, claim: Claim, result: JobResult): Promise<void> {
  if (new Set(result.outputs.map(({ name }) => name)).size < result.outputs.length) {
    throw new PubpipeError('INVALID_INPUT', 'Two outputs of the job have the same name.');
  }
  const outputs = result.outputs.map(({ artifactId, name }) => ({ artifactId, name }));
  const facts = { attempt: claim.attempt, outputs, ...result.summary };
  if (await completeAtOnce(context, claim, { result, facts })) return;
  await inTransaction(context, async (trx) => {
    const job = await fenced(context, trx, claim, () => completed(context));
    await publishOutputs(context, trx, claim, result.outputs);
    await discardEarlier(context, trx, claim);
    await publishReports(context, trx, claim, result.reports);
    await appendEvent(context, trx, job, 'completed', facts);
  });
}

const completed = (context: StoreContext) => ({
  ...ended(context, 'completed'),
  error_code: null,
  error_message: null,
  error_details: null,
});

/** Files that one statement can take: each is more than ten parameters of it, and PostgreSQL takes 65,535. */
const filesAtOnce = 1_000;

/**
 * Completes a job that has had no previews and no reports. Answers false, with nothing written, when it can't:
 * when there are some, when the attempt is over, when a file is not pending, or when there are too many. Then the long
 * way does it, or says why not.
 */
async function completeAtOnce(
  context: StoreContext,
  claim: Claim,
  { result, facts }: { readonly result: JobResult; readonly facts: Readonly<Record<string, unknown>> },
): Promise<boolean> {
  const { outputs, reports = [] } = result;
  const files = [...outputs, ...reports.map((report) => ({ ...report, page: undefined }))].map((file, index) => ({
    artifact_id: file.artifactId,
    byte_size: file.byteSize,
    sha256: file.sha256,
    role: index < outputs.length ? 'output' : 'report',
    name: file.name,
    page: file.page ?? null,
  }));
  if (files.length > filesAtOnce || new Set(files.map((file) => file.artifact_id)).size < files.length) return false;
  const write = {
    shape: `complete ${files.length}`,
    values: { claim: { ...claim }, files, drafts: reports.length > 0 ? 1 : 0, facts: jsonText(facts) },
    define: (values: { readonly claim: Claim; readonly files: typeof files; drafts: number; facts: string }) => {
      const guarded = new CombinedWrite().guard('job', (db) =>
        changeFenced(context, db, values.claim, () => ({ ...completed(context), drafts: values.drafts })).where(
          'jobs.drafts',
          '=',
          0,
        ),
      );
      return (files.length === 0 ? guarded : publishFiles(context, guarded, values))
        .write('event', (db) => appendEventOf(context, db, { type: 'completed', data: sql`${values.facts}` }))
        .answer((db) => db.selectFrom('job').select('job.id'));
    },
  };
  try {
    return (await writeCombined(context, write)).length > 0;
  } catch (error) {
    if (isPubpipeError(error) && context.dialect.isMissingValue(error.cause)) return false;
    throw error;
  }
}
