/**
 * One measured figure. A row with a goal is a promise, one without is information.
 * Ids are an interface: documentation and continuous integration refer to them.
 */
export interface Row {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: number | undefined;
  /** How `value` must stand to `goal`. */
  readonly comparator?: '>=' | '<=' | undefined;
  /** From how many measurements `value` was computed. */
  readonly samples: number;
  /** The range in which the middle half of them lies. */
  readonly spread?: readonly [number, number] | undefined;
}

/** A file `bench/suites/<name>.ts` exports one of these as `suite`. */
export interface BenchSuite {
  readonly name: string;
  run(): Promise<Row[]>;
}
