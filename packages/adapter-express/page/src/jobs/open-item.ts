import { ApiProblem } from '../api/api-problem.ts';
import { Observable } from '../parts/observable.ts';
import { Refresher } from '../parts/refresher.ts';

/** What is looked at, whatever it is. */
export interface OpenItemState {
  readonly id: string | undefined;
  /** Why it could not be read last time. */
  readonly problem: ApiProblem | undefined;
}

/** Keeps one thing that is looked at up to date: it is read anew, soon, whenever there is a reason. */
export abstract class OpenItem<State extends OpenItemState> extends Observable<State> {
  readonly #none: State;
  readonly #onProblem: (problem: ApiProblem) => void;
  readonly #refresher: Refresher;

  /** `none` is the state while nothing is looked at; between two readings are `refreshMs`. */
  constructor(none: State, options: { readonly refreshMs: number; readonly onProblem: (problem: ApiProblem) => void }) {
    super(none);
    this.#none = none;
    this.#onProblem = options.onProblem;
    this.#refresher = new Refresher((signal) => this.#refresh(signal), options.refreshMs);
  }

  open(id: string): void {
    if (this.state.id !== id) {
      this.close();
      this.change({ ...this.#none, id });
    }
    this.#refresher.ask();
  }

  close(): void {
    this.#refresher.stop();
    this.change(this.#none);
  }

  /** Reads it anew, soon. */
  refresh(): void {
    if (this.state.id !== undefined) this.#refresher.ask();
  }

  /** Reads it anew at once: what is being read is not wanted any more. */
  protected readNow(): void {
    this.#refresher.stop();
    this.refresh();
  }

  /** Reads what is looked at and changes the state. Rejects with an {@link ApiProblem}. */
  protected abstract read(id: string, signal: AbortSignal): Promise<void>;

  async #refresh(signal: AbortSignal): Promise<boolean> {
    const { id } = this.state;
    if (id === undefined) return true;
    try {
      await this.read(id, signal);
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
