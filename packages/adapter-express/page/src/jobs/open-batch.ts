import type { BatchJson } from '@pubpipe/core/http';
import { ApiProblem } from '../api/api-problem.ts';
import type { JobsApi } from '../api/jobs-api.ts';
import { Observable } from '../parts/observable.ts';
import { Refresher } from '../parts/refresher.ts';

/** The batch that is looked at. */
export interface OpenBatchState {
  readonly id: string | undefined;
  /** Undefined while it has not been read yet. */
  readonly batch: BatchJson | undefined;
  /** Why it could not be read last time. */
  readonly problem: ApiProblem | undefined;
}

const none: OpenBatchState = { id: undefined, batch: undefined, problem: undefined };
const refreshMs = 1_000;

/** Keeps the batch that is looked at up to date: an event of any job is a reason to read its counts anew. */
export class OpenBatch extends Observable<OpenBatchState> {
  readonly #api: JobsApi;
  readonly #onProblem: (problem: ApiProblem) => void;
  readonly #refresher = new Refresher((signal) => this.#refresh(signal), refreshMs);

  constructor(api: JobsApi, onProblem: (problem: ApiProblem) => void) {
    super(none);
    this.#api = api;
    this.#onProblem = onProblem;
  }

  open(id: string): void {
    if (this.state.id !== id) {
      this.close();
      this.change({ ...none, id });
    }
    this.#refresher.ask();
  }

  close(): void {
    this.#refresher.stop();
    this.change(none);
  }

  /** Reads the batch anew, soon. */
  refresh(): void {
    if (this.state.id !== undefined) this.#refresher.ask();
  }

  /** Shows what an answer has said of the batch already. */
  show(batch: BatchJson): void {
    if (batch.id === this.state.id) this.change({ ...this.state, batch, problem: undefined });
    this.refresh();
  }

  async #refresh(signal: AbortSignal): Promise<boolean> {
    const { id } = this.state;
    if (id === undefined) return true;
    try {
      this.change({ ...this.state, batch: await this.#api.batch(id, signal), problem: undefined });
      return true;
    } catch (error) {
      if (signal.aborted) return true;
      if (!(error instanceof ApiProblem)) throw error;
      this.change({ ...this.state, problem: error });
      this.#onProblem(error);
      return !error.mayPass;
    }
  }
}
