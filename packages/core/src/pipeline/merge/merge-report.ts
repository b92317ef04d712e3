import type { JobView } from '../../job/job.ts';
import type { JobRecord } from '../../job/job-record.ts';
import type { Claim, ReportFile } from '../../ports/job-store.ts';
import type { MergeFacts } from '../../ports/merger.ts';
import { tryUpload } from '../upload-file.ts';
import type { WorkerContext } from '../worker-context.ts';
import { readRecords } from './read-records.ts';

type Context = Pick<WorkerContext, 'jobStore' | 'artifactStore' | 'metrics'>;

const fileName = 'merge.json';
const mediaType = 'application/json';
/** Findings of different kinds, and records of each, that the end of the report lists. */
const maxShared = 1_000;
const maxRecords = 1_000;

/** What a report is about. */
interface ReportedMerge {
  readonly claim: Claim;
  readonly job: JobView;
  readonly facts: MergeFacts;
  /** The name that the data came with. */
  readonly data: string;
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
async function* write(context: Context, { job, facts, data, signal }: ReportedMerge): AsyncGenerator<Uint8Array, void> {
  const { format, encoding, delimiter = null, records } = facts;
  const shared = new SharedFindings();
  const counts = { rendered: 0, failed: 0 };
  const head = { template: job.input.fileName, data, format, encoding, delimiter, records };
  yield bytesOf(`${JSON.stringify(head, undefined, 2).replace(/\n\}$/, '')},\n  "documents": [`);
  let separator = '';
  for await (const page of readRecords(context, job, { signal })) {
    let text = '';
    for (const record of page) {
      counts[record.status] += 1;
      shared.add(record);
      text += `${separator}\n    ${JSON.stringify(toEntry(record))}`;
      separator = ',';
    }
    yield bytesOf(text);
  }
  const tail = { findings: shared.list(), ...counts, resumeFrom: null };
  yield bytesOf(`\n  ],${JSON.stringify(tail, undefined, 2).replace(/^\{/, '')}\n`);
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function toEntry({ first, last, name, status, pageCount, findings, notes, error, files }: JobRecord) {
  const outputs = files.map((file) => file.name);
  return { records: { first, last }, name, status, outputs, pageCount, findings, notes, error };
}

/** A finding that several records share: which records overflow which frame. */
interface SharedFinding {
  readonly check: string;
  readonly object: string | null;
  readonly page: number | null;
  /** First records of the documents, at most 1,000. */
  readonly records: number[];
  /** How many documents there are. */
  documents: number;
}

class SharedFindings {
  readonly #shared = new Map<string, SharedFinding>();

  add({ first, findings }: JobRecord): void {
    for (const { check, object = null, page = null } of findings) {
      const key = JSON.stringify([check, object, page]);
      const shared = this.#shared.get(key) ?? { check, object, page, records: [], documents: 0 };
      if (this.#shared.size < maxShared) this.#shared.set(key, shared);
      if (shared.records.at(-1) === first) continue;
      shared.documents += 1;
      if (shared.records.length < maxRecords) shared.records.push(first);
    }
  }

  list(): readonly SharedFinding[] {
    return [...this.#shared.values()];
  }
}
