import { type ErrorCode, errorTraits } from '../../errors/error-traits.ts';
import type { JobView } from '../../job/job.ts';
import type { EndedRecord, RecordStatus } from '../../job/job-record.ts';
import type { RecordRange } from '../../ports/merger.ts';
import type { WorkerContext } from '../worker-context.ts';

const rowsAtOnce = 5_000;

/** A failure of a record, as far as the end of the job depends on it. */
export interface RecordFailure {
  readonly code: ErrorCode;
  /** The record's number. */
  readonly record: number;
  /** One sentence a person can act on, where it is known. */
  readonly message?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

const maxNamed = 100;

/**
 * Which records of a merge have ended, over all its attempts. A bit for each, so that a million take 125 kB; failures are
 * counted, and the first ones named.
 */
export class EndedRecords {
  #bits = new Uint8Array(1024);
  #rendered = 0;
  #failed = 0;
  readonly #failures: RecordFailure[] = [];
  #mayPass: RecordFailure | undefined;

  /** Records whose documents are there. */
  get rendered(): number {
    return this.#rendered;
  }

  /** Records whose documents failed. */
  get failed(): number {
    return this.#failed;
  }

  /** The first failures. */
  get failures(): readonly RecordFailure[] {
    return this.#failures;
  }

  /** A failure that another attempt may not meet. */
  get mayPass(): RecordFailure | undefined {
    return this.#mayPass;
  }

  /** Whether the document that begins with a record has ended. */
  readonly has = ({ first }: RecordRange): boolean => ((this.#bits[first >> 3] ?? 0) & (1 << (first & 7))) !== 0;

  /** Notes the end of a document. */
  add({ first, last }: RecordRange, status: RecordStatus, failure?: RecordFailure): void {
    const records = last - first + 1;
    if (status === 'rendered') this.#rendered += records;
    else this.#failed += records;
    this.#mark(first);
    if (failure === undefined) return;
    if (this.#failures.length < maxNamed) this.#failures.push(failure);
    if (errorTraits[failure.code].retryable) this.#mayPass ??= failure;
  }

  #mark(record: number): void {
    const at = record >> 3;
    if (at >= this.#bits.length) {
      const longer = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
      longer.set(this.#bits);
      this.#bits = longer;
    }
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (record & 7));
  }
}

/** Reads what attempts before have done. What failed for a reason that may be gone is left to be made again. */
export async function readEndedRecords(
  { jobStore }: Pick<WorkerContext, 'jobStore'>,
  job: Pick<JobView, 'tenant' | 'id'>,
  signal: AbortSignal,
): Promise<EndedRecords> {
  const ended = new EndedRecords();
  let page: readonly EndedRecord[];
  let after = 0;
  do {
    signal.throwIfAborted();
    page = await jobStore.endedRecords(job, { after, limit: rowsAtOnce });
    for (const { first, last, status, code = 'INTERNAL' } of page) {
      if (status === 'rendered') ended.add({ first, last }, status);
      else if (!errorTraits[code].retryable) ended.add({ first, last }, status, { code, record: first });
      after = first;
    }
  } while (page.length === rowsAtOnce);
  return ended;
}
