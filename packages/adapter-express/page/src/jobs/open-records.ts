import type { RecordStatus } from '@pubpipe/core';
import type { JobJson, RecordJson } from '@pubpipe/core/http';
import type { ApiProblem } from '../api/api-problem.ts';
import type { JobsApi } from '../api/jobs-api.ts';
import { OpenItem, type OpenItemState } from './open-item.ts';

/** The page of a merge's records that is looked at. */
export interface OpenRecordsState extends OpenItemState {
  /** Which records are wanted. */
  readonly status: RecordStatus | undefined;
  /** Where each page up to this one begins; the first has no cursor. */
  readonly cursors: readonly (string | undefined)[];
  /** Undefined while they have not been read yet. */
  readonly records: readonly RecordJson[] | undefined;
  readonly nextCursor: string | undefined;
}

const unread = { records: undefined, nextCursor: undefined, problem: undefined };
const none: OpenRecordsState = { id: undefined, status: undefined, cursors: [undefined], ...unread };
const refreshMs = 1_000;
const pageSize = 25;

/** Keeps one page of a merge's records up to date: there may be a million, and no more than a page is ever held. */
export class OpenRecords extends OpenItem<OpenRecordsState> {
  readonly #api: JobsApi;
  #job: JobJson | undefined;

  constructor(api: JobsApi, onProblem: (problem: ApiProblem) => void) {
    super(none, { refreshMs, onProblem });
    this.#api = api;
  }

  /** Shows the records of the job that is looked at, if it has any, and reads them anew when the job has changed. */
  follow(job: JobJson | undefined): void {
    if (job === this.#job) return;
    this.#job = job;
    if (job?.links.records === undefined) this.close();
    else this.open(job.id);
  }

  /** Shows those of a status, or all, from the first. */
  filter(status: RecordStatus | undefined): void {
    this.change({ ...this.state, ...unread, cursors: [undefined], status });
    this.readNow();
  }

  next(): void {
    const { cursors, nextCursor } = this.state;
    if (nextCursor !== undefined) this.#turn([...cursors, nextCursor]);
  }

  previous(): void {
    const { cursors } = this.state;
    if (cursors.length > 1) this.#turn(cursors.slice(0, -1));
  }

  #turn(cursors: OpenRecordsState['cursors']): void {
    this.change({ ...this.state, ...unread, cursors });
    this.readNow();
  }

  protected async read(id: string, signal: AbortSignal): Promise<void> {
    const { status, cursors } = this.state;
    const query = { status, limit: pageSize, cursor: cursors.at(-1) };
    const { records, nextCursor } = await this.#api.records(id, query, signal);
    signal.throwIfAborted();
    this.change({ ...this.state, records, nextCursor, problem: undefined });
  }
}
