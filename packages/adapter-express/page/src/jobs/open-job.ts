import type { PreflightReport } from '@pubpipe/core';
import type { EventJson, FeedEntryJson, JobJson } from '@pubpipe/core/http';
import { ApiProblem } from '../api/api-problem.ts';
import type { JobsApi } from '../api/jobs-api.ts';
import { OpenItem, type OpenItemState } from './open-item.ts';

/** The job that is looked at. */
export interface OpenJobState extends OpenItemState {
  /** Undefined while it has not been read yet. */
  readonly job: JobJson | undefined;
  /** Its history so far. */
  readonly events: readonly EventJson[];
  /** What the document check found. */
  readonly preflight: PreflightReport | undefined;
}

const none: OpenJobState = { id: undefined, job: undefined, events: [], preflight: undefined, problem: undefined };
const refreshMs = 200;

/** Keeps the job that is looked at up to date: an event of it is a reason to read it anew. */
export class OpenJob extends OpenItem<OpenJobState> {
  readonly #api: JobsApi;
  #preflightLink: string | undefined;

  constructor(api: JobsApi, onProblem: (problem: ApiProblem) => void) {
    super(none, { refreshMs, onProblem });
    this.#api = api;
  }

  override close(): void {
    this.#preflightLink = undefined;
    super.close();
  }

  /** Takes an event of any job. */
  take(entry: FeedEntryJson): void {
    if (entry.type === 'reset' || entry.jobId === this.state.id) this.refresh();
  }

  /** Shows what an answer has said of the job already. */
  show(job: JobJson): void {
    if (job.id === this.state.id) this.change({ ...this.state, job });
    this.refresh();
  }

  protected async read(id: string, signal: AbortSignal): Promise<void> {
    const { events } = this.state;
    // The history first: what it tells is in the job that is read then.
    const more = await this.#api.events(id, events.at(-1)?.seq ?? 0, signal);
    const job = await this.#api.get(id, signal);
    this.change({ ...this.state, job, events: [...events, ...more], problem: undefined });
    this.change({ ...this.state, preflight: await this.#preflightOf(job, signal) });
  }

  /** The report, read once for each that there is: a retry brings another one. One that is gone is none. */
  async #preflightOf({ links }: JobJson, signal: AbortSignal): Promise<PreflightReport | undefined> {
    if (links.preflight === this.#preflightLink) return this.state.preflight;
    let report: PreflightReport | undefined;
    try {
      report = links.preflight === undefined ? undefined : await this.#api.preflight(links.preflight, signal);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.mayPass || error.status === 401) throw error;
    }
    this.#preflightLink = links.preflight;
    return report;
  }
}
