/** Something about a record that did not keep it from being rendered. */
export interface MergeFinding {
  /** `replaced-characters`: of what no document can hold. `small-code`: its modules are smaller than readers are sure of. */
  readonly kind: 'replaced-characters' | 'small-code';
  /** The record's place in the data, from 1. */
  readonly record: number;
  readonly column: string;
  readonly message: string;
}
