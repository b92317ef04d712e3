import { Observable } from '../parts/observable.ts';
import type { NamedFile } from './named-file.ts';
import { planJobs, planMerge } from './plan-jobs.ts';
import type { RenderChoices, Uploads } from './uploads.ts';

/** What is to be made of the next documents, and why the last files were not taken. */
export interface IntakeState {
  readonly choices: RenderChoices;
  readonly refusal: string | undefined;
}

/** Where files come in. */
export class Intake extends Observable<IntakeState> {
  readonly #uploads: Uploads;
  readonly #onRefusal: (refusal: string) => void;

  constructor(uploads: Uploads, onRefusal: (refusal: string) => void) {
    super({
      choices: { profile: undefined, reference: undefined, despiteFaults: false, merges: false },
      refusal: undefined,
    });
    this.#uploads = uploads;
    this.#onRefusal = onRefusal;
  }

  choose(choices: Partial<RenderChoices>): void {
    this.change({ ...this.state, choices: { ...this.state.choices, ...choices } });
  }

  /** Takes files in: they become jobs, or it is said why not. */
  async take(coming: readonly NamedFile[] | Promise<readonly NamedFile[]>): Promise<void> {
    const files = await Promise.resolve(coming).catch(() => undefined);
    if (files === undefined) {
      this.#refuse("The browser can't read these files.");
      return;
    }
    if (files.length === 0) return;
    const plan = this.state.choices.merges ? planMerge(files) : planJobs(files);
    if ('refusal' in plan) {
      this.#refuse(plan.refusal);
      return;
    }
    this.change({ ...this.state, refusal: undefined });
    this.#uploads.add(plan.jobs, this.state.choices);
  }

  #refuse(refusal: string): void {
    this.change({ ...this.state, refusal });
    this.#onRefusal(refusal);
  }
}
