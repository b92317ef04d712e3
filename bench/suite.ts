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

/** What was seen and is no figure: a version, what a program said. Ids are an interface here too. */
export interface Fact {
  readonly id: string;
  readonly text: string;
}

/** What a suite finds out. */
export type Finding = Row | Fact;

/** A file `bench/suites/<name>.ts` exports one of these as `suite`. */
export interface BenchSuite {
  readonly name: string;
  run(): Promise<readonly Finding[]>;
  /** Called with the report when it is written. Answers the path of what else it was written into. */
  publish?(report: Report): string;
}

/** What was measured, where and when. */
export interface Report {
  readonly suite: string;
  readonly date: string;
  readonly commit: string;
  readonly machine: {
    readonly cores: number;
    readonly memoryGiB: number;
    readonly node: string;
    readonly scribus: string;
  };
  readonly rows: readonly Row[];
  readonly facts?: readonly Fact[];
}
