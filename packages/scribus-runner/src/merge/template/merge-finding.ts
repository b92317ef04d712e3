/** Something about a record that did not keep it from being rendered. */
export interface MergeFinding {
  readonly kind: 'replaced-characters';
  /** The record's place in the data, from 1. */
  readonly record: number;
  readonly column: string;
  readonly message: string;
}
