import { errorTraits } from '../../errors/error-traits.ts';
import type { JobView } from '../../job/job.ts';
import type { JobRecord } from '../../job/job-record.ts';
import type { Claim, ReportFile } from '../../ports/job-store.ts';
import type { MergeFacts } from '../../ports/merger.ts';
import { tryUpload } from '../upload-file.ts';
import type { WorkerContext } from '../worker-context.ts';
import type { JoinedRecords } from './join-records.ts';
import type { MergePayload } from './merge-job.ts';
import { MissingProofs } from './missing-proofs.ts';
import { proofsOf } from './proof-files.ts';
import { readRecords } from './read-records.ts';
import { SharedFindings } from './shared-findings.ts';

type Context = Pick<WorkerContext, 'jobStore' | 'artifactStore' | 'metrics'>;

const fileName = 'merge.json';
const mediaType = 'application/json';

/** What a report is about. */
interface ReportedMerge {
  readonly claim: Claim;
  readonly job: JobView;
  readonly payload: Pick<MergePayload, 'output' | 'renditions' | 'proofs'>;
  readonly facts: MergeFacts;
  /** The name that the data came with. */
  readonly data: string;
  /** The PDF of all records, if there is one. */
  readonly joined: JoinedRecords | undefined;
  readonly signal: AbortSignal;
}

/** Uploads the report of a merge, of all its attempts, as it is read: nothing of it is ever whole in memory. */
export async function uploadMergeReport(context: Context, merge: ReportedMerge): Promise<ReportFile> {
  const { jobStore, artifactStore, metrics } = context;
  const { claim, signal } = merge;
  return await tryUpload(signal, async () => {
    const artifact = await jobStore.beginArtifact({ tenant: claim.tenant, kind: 'report', fileName, mediaType });
    const { byteSize, sha256 } = await artifactStore.put(artifact.storageKey, write(context, merge), {
      mediaType,
      signal,
    });
    metrics.artifactBytes({ direction: 'in', bytes: byteSize });
    return { artifactId: artifact.id, byteSize, sha256, name: fileName };
  });
}

/** The form is that of the command's report; records come by their numbers. */
async function* write(context: Context, merge: ReportedMerge): AsyncGenerator<Uint8Array, void> {
  const { job, payload, facts, data, signal } = merge;
  const { path, pathReason = null, format, encoding, delimiter = null, records } = facts;
  const shared = new SharedFindings();
  const counts = { rendered: 0, failed: 0 };
  const paths = { fast: 0, xml: 0 };
  const missing = payload.proofs && new MissingProofs(payload.proofs.records);
  const head = { template: job.input.fileName, data, path, pathReason, format, encoding, delimiter, records };
  yield bytesOf(`${JSON.stringify(head, undefined, 2).replace(/\n\}$/, '')},\n  "documents": [`);
  let separator = '';
  for await (const page of readRecords(context, job, { signal })) {
    let text = '';
    for (const record of page) {
      counts[record.status] += 1;
      paths[record.path] += 1;
      if (record.status === 'rendered') missing?.pass(record);
      shared.add(record, record.findings);
      text += `${separator}\n    ${JSON.stringify(toEntry(record))}`;
      separator = ',';
    }
    yield bytesOf(text);
  }
  yield bytesOf(`\n  ],`);
  yield* writeJoined(context, merge);
  const tail = { findings: shared.list(), ...counts, paths, missingProofs: missing?.list(), resumeFrom: null };
  yield bytesOf(`${JSON.stringify(tail, undefined, 2).replace(/^\{/, '')}\n`);
}

/** Which pages of the PDF of all records are whose: there are as many entries as records. */
async function* writeJoined(
  context: Context,
  { job, payload, joined, signal }: ReportedMerge,
): AsyncGenerator<Uint8Array, void> {
  if (payload.output === 'records') return;
  if (joined === undefined) {
    yield bytesOf('\n  "joined": null,');
    return;
  }
  const { output, pageCount } = joined;
  const head = JSON.stringify({ output: output.name, pageCount, byteSize: output.byteSize });
  yield bytesOf(`\n  "joined": ${head.slice(0, -1)},"documents":[`);
  const pages = payload.renditions.find(({ kind }) => kind === 'pdf')?.pages?.length;
  let firstPage = 1;
  let separator = '';
  for await (const page of readRecords(context, job, { status: 'rendered', signal })) {
    let text = '';
    for (const { first, last, name, pageCount: ofDocument = 1 } of page) {
      const own = pages ?? ofDocument;
      text += `${separator}\n    ${JSON.stringify({ records: { first, last }, name, firstPage, pageCount: own })}`;
      firstPage += own;
      separator = ',';
    }
    yield bytesOf(text);
  }
  yield bytesOf('\n  ]},');
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function toEntry(record: JobRecord) {
  const { first, last, name, status, path, pathReason, pageCount, findings, notes, error, files } = record;
  const outputs = files.map((file) => file.name);
  const proofs = proofsOf(record);
  const why = error && { ...error, retryable: errorTraits[error.code].retryable };
  const made = { path, pathReason, outputs, proofs, pageCount, findings, notes };
  return { records: { first, last }, name, status, ...made, error: why };
}
