/** The ports around which a trap can be set; `host` is what the process does itself. */
export type PortName = 'jobStore' | 'artifactStore' | 'queue' | 'scratchSpace' | 'host';

/** A moment in a call of a port's method. */
export interface Trigger {
  readonly port: PortName;
  readonly method: string;
  /**
   * `before` it is made, `after` it has answered; within it, of a transaction that has changed something, `before-commit` is
   * sent, `after-commit` was carried out and before anybody hears of it, or after a `statement` that has changed a row. What is
   * one statement is killed before it is sent, and after it was carried out.
   */
  readonly at: 'before' | 'after' | 'before-commit' | 'after-commit' | { readonly statement: RegExp };
  /** Which calls are meant, by their arguments. @defaultValue all */
  readonly with?: (...args: readonly never[]) => boolean;
  /** Which are, by their answer, with `after`. @defaultValue all */
  readonly answers?: (answer: never) => boolean;
}
