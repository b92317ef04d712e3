/** What a worker notes of a job. */
export interface WorkLine {
  readonly job: string;
  readonly what: 'begun' | 'worked' | 'halted';
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Number of its process. */
  readonly worker: number;
}
