import type { JobJson } from '@pubpipe/core/http';
import { ApiProblem } from '../api/api-problem.ts';
import type { JobQuery, JobsApi } from '../api/jobs-api.ts';
import { Observable } from '../parts/observable.ts';
import { Refresher } from '../parts/refresher.ts';
import type { ListRoute } from '../parts/route.ts';

/** The jobs of a filter, newest first. */
export interface JobListState {
  /** Undefined while nothing has been read yet. */
  readonly jobs: readonly JobJson[] | undefined;
  readonly nextCursor: string | undefined;
  /** Why they could not be read last time. */
  readonly problem: ApiProblem | undefined;
}

const nothing: JobListState = { jobs: undefined, nextCursor: undefined, problem: undefined };
const pageSize = 25;
const mostAtOnce = 200;
const refreshMs = 1_000;

/** The list of jobs on the screen, read anew when something has happened to any of them. */
export class JobList extends Observable<JobListState> {
  readonly #api: JobsApi;
  readonly #onProblem: (problem: ApiProblem) => void;
  readonly #refresher = new Refresher((signal) => this.#refresh(signal), refreshMs);
  #query: JobQuery | undefined;

  constructor(api: JobsApi, onProblem: (problem: ApiProblem) => void) {
    super(nothing);
    this.#api = api;
    this.#onProblem = onProblem;
  }

  /** Shows the jobs of a filter. */
  show({ status, batch, reference }: Omit<ListRoute, 'view'>): void {
    const last = this.#query;
    if (last !== undefined && last.status === status && last.batch === batch && last.reference === reference) {
      this.#refresher.ask();
      return;
    }
    this.#query = { status, batch, reference };
    this.#refresher.stop();
    this.change(nothing);
    this.#refresher.ask();
  }

  /** Reads the list anew, soon. */
  refresh(): void {
    if (this.#query !== undefined) this.#refresher.ask();
  }

  /** Shows nothing any more. */
  hide(): void {
    this.#query = undefined;
    this.#refresher.stop();
    this.change(nothing);
  }

  /** Adds the next page. */
  async showMore(): Promise<void> {
    const { jobs, nextCursor } = this.state;
    const query = this.#query;
    if (jobs === undefined || nextCursor === undefined) return;
    await this.#read(async () => {
      const more = await this.#api.list({ ...query, limit: pageSize, cursor: nextCursor });
      if (this.#query !== query) return;
      const known = new Set(more.jobs.map(({ id }) => id));
      const kept = (this.state.jobs ?? []).filter(({ id }) => !known.has(id));
      this.change({ jobs: [...kept, ...more.jobs], nextCursor: more.nextCursor, problem: undefined });
    });
  }

  async #refresh(signal: AbortSignal): Promise<boolean> {
    return await this.#read(async () => {
      const limit = Math.min(Math.max(this.state.jobs?.length ?? 0, pageSize), mostAtOnce);
      const { jobs, nextCursor } = await this.#api.list({ ...this.#query, limit }, signal);
      // What is beyond one page of the API stays as it was read.
      const rest = nextCursor === undefined ? [] : (this.state.jobs ?? []).slice(mostAtOnce);
      const next = rest.length > 0 ? this.state.nextCursor : nextCursor;
      this.change({ jobs: [...jobs, ...rest], nextCursor: next, problem: undefined });
    }, signal);
  }

  /** Answers false when the same may work later. */
  async #read(work: () => Promise<void>, signal?: AbortSignal): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (signal?.aborted === true) return true;
      if (!(error instanceof ApiProblem)) throw error;
      this.change({ ...this.state, problem: error });
      this.#onProblem(error);
      return !error.mayPass;
    }
  }
}
