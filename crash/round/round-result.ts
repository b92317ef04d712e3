/** What a round has come to. Each list has a sentence for each thing that it counts. */
export interface RoundResult {
  readonly submitted: number;
  readonly completed: number;
  readonly lost: readonly string[];
  readonly completedTwice: readonly string[];
  readonly wrong: readonly string[];
  /** Before the last sweeps, when every process had ended. */
  readonly orphansBefore: number;
  readonly orphansAfter: number;
  /** Rows and objects that are left when everything was purged and erased. */
  readonly leftAfterPurge: number;
  /** Other sentences that do not hold. */
  readonly broken: readonly string[];
  /** Claims of all jobs. */
  readonly attempts: number;
  /** Claims that ended without an end of their own: the process had died, or stood still. */
  readonly claimsLost: number;
  /** Ends of jobs that a consumer was told of more than once. */
  readonly handledAgain: number;
  /** Faults and named steps, by kind. */
  readonly kills: ReadonlyMap<string, number>;
}

/** Puts rounds together. */
export function addResults(rounds: readonly RoundResult[]): RoundResult {
  const sum = (of: (round: RoundResult) => number) => rounds.reduce((total, round) => total + of(round), 0);
  const all = (of: (round: RoundResult) => readonly string[]) => rounds.flatMap(of);
  const kills = new Map<string, number>();
  for (const round of rounds) for (const [kind, count] of round.kills) kills.set(kind, (kills.get(kind) ?? 0) + count);
  return {
    submitted: sum((round) => round.submitted),
    completed: sum((round) => round.completed),
    lost: all((round) => round.lost),
    completedTwice: all((round) => round.completedTwice),
    wrong: all((round) => round.wrong),
    orphansBefore: sum((round) => round.orphansBefore),
    orphansAfter: sum((round) => round.orphansAfter),
    leftAfterPurge: sum((round) => round.leftAfterPurge),
    broken: all((round) => round.broken),
    attempts: sum((round) => round.attempts),
    claimsLost: sum((round) => round.claimsLost),
    handledAgain: sum((round) => round.handledAgain),
    kills,
  };
}
