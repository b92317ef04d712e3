import type { ScripterAnswer } from './answer.ts';

type AnswerType = ScripterAnswer['type'];

/** What may come after each answer, and `first` before all; see PROTOCOL.md. */
const followers: Readonly<Record<AnswerType | 'first', readonly AnswerType[]>> = {
  first: ['hello'],
  hello: ['protected', 'failed'],
  protected: ['libraries', 'opened', 'failed'],
  libraries: ['opened', 'failed'],
  opened: ['preflight', 'failed'],
  preflight: ['exporting', 'failed'],
  exporting: ['rendition', 'done', 'failed'],
  rendition: ['rendition', 'done', 'failed'],
  done: [],
  failed: [],
};

/**
 * Watches that each answer of a render comes when it may. The script says who it is, what protects it and where its
 * fonts lie before it opens the document. A document that has taken the process over can't say any of that again,
 * leave out the document check, or begin a stage, and with it the time for it, anew.
 */
export class AnswerTurns {
  #last: AnswerType | 'first' = 'first';

  /** Takes note of an answer; false when it may not come now. `libraries`: whether the request asked for them. */
  takes(answer: ScripterAnswer, { libraries }: { readonly libraries: boolean }): boolean {
    const { type } = answer;
    if (!followers[this.#last].includes(type)) return false;
    if (this.#last === 'protected' && type !== 'failed' && (type === 'libraries') !== libraries) return false;
    // Afterwards there is no sandbox to be entered any more.
    if (type === 'failed' && answer.kind === 'sandbox' && this.#last !== 'hello') return false;
    this.#last = type;
    return true;
  }
}
