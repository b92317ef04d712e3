import type { BatchJson } from '@pubpipe/core/http';
import type { ApiProblem } from '../api/api-problem.ts';
import type { JobsApi } from '../api/jobs-api.ts';
import { OpenItem, type OpenItemState } from './open-item.ts';

/** The batch that is looked at. */
export interface OpenBatchState extends OpenItemState {
  /** Undefined while it has not been read yet. */
  readonly batch: BatchJson | undefined;
}

const none: OpenBatchState = { id: undefined, batch: undefined, problem: undefined };
const refreshMs = 1_000;

/** Keeps the batch that is looked at up to date: an event of any job is a reason to read its counts anew. */
export class OpenBatch extends OpenItem<OpenBatchState> {
  readonly #api: JobsApi;

  constructor(api: JobsApi, onProblem: (problem: ApiProblem) => void) {
    super(none, { refreshMs, onProblem });
    this.#api = api;
  }

  /** Shows what an answer has said of the batch already. */
  show(batch: BatchJson): void {
    if (batch.id === this.state.id) this.change({ ...this.state, batch, problem: undefined });
    this.refresh();
  }

  protected async read(id: string, signal: AbortSignal): Promise<void> {
    const batch = await this.#api.batch(id, signal);
    this.change({ ...this.state, batch, problem: undefined });
  }
}
