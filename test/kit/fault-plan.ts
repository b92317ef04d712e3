/** Which of the subjects that match a fault strikes. */
export interface FaultTiming {
  /** The first one that it strikes, from 1. @defaultValue 1 */
  readonly occurrence?: number;
  /** How many it strikes from there on; `Infinity` for all. @defaultValue 1 */
  readonly times?: number;
}

/** A fault that is planned, strikes, and lets go. */
export interface PlannedFault<Fault, Subject> {
  readonly fault: Fault;
  /** What it has struck so far, in order. */
  readonly struck: readonly Subject[];
  /** Resolves with the first subject when the fault takes effect: the moment for a test to go on. */
  readonly tookEffect: Promise<Subject>;
  /** Resolves when it is lifted. */
  readonly lifted: Promise<void>;
  /** Lets go what it holds back, and strikes nothing more. */
  readonly lift: () => void;
}

/** What a proxy does with a fault that strikes. */
export interface StrikingFault<Fault, Subject> extends PlannedFault<Fault, Subject> {
  /** Says that it has come to the harm that was planned. */
  readonly takeEffect: (subject: Subject) => void;
}

interface Entry<Fault, Subject> extends StrikingFault<Fault, Subject> {
  readonly struck: Subject[];
  readonly strikes: (subject: Subject) => boolean;
}

/** The faults that a test has planned for a proxy. */
export class FaultPlan<Fault, Subject> {
  readonly #entries: Entry<Fault, Subject>[] = [];

  /** Plans `fault` for those subjects that `matches` holds for. */
  add(fault: Fault, matches: (subject: Subject) => boolean, timing: FaultTiming = {}): PlannedFault<Fault, Subject> {
    const { occurrence = 1, times = 1 } = timing;
    const effect = Promise.withResolvers<Subject>();
    const lifting = Promise.withResolvers<void>();
    let lifted = false;
    let seen = 0;
    const entry: Entry<Fault, Subject> = {
      fault,
      struck: [],
      tookEffect: effect.promise,
      lifted: lifting.promise,
      lift() {
        lifted = true;
        lifting.resolve();
      },
      strikes(subject) {
        if (lifted || !matches(subject)) return false;
        seen += 1;
        return seen >= occurrence && seen < occurrence + times;
      },
      takeEffect: effect.resolve,
    };
    this.#entries.push(entry);
    return entry;
  }

  /** The fault that strikes this subject, if one does. Every fault counts every subject; the first one planned wins. */
  strike(subject: Subject): StrikingFault<Fault, Subject> | undefined {
    const [entry] = this.#entries.filter(({ strikes }) => strikes(subject));
    entry?.struck.push(subject);
    return entry;
  }

  liftAll(): void {
    for (const { lift } of this.#entries) lift();
  }
}
