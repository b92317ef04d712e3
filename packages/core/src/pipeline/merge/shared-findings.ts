import type { RecordRange } from '../../ports/merger.ts';
import type { PreflightFinding } from '../../ports/preflight.ts';

/** Findings of different kinds, and documents of each, that are named; further ones of a kind are counted. */
const maxShared = 1_000;
const maxRecords = 1_000;

/** A finding that documents of a merge share: which records overflow which frame. */
export interface SharedFinding extends Pick<PreflightFinding, 'check'> {
  readonly object: string | null;
  readonly page: number | null;
  /** First records of the documents, at most 1,000, by their numbers. */
  readonly records: readonly number[];
  /** How many documents there are. */
  readonly documents: number;
}

/** Gathers what documents of a merge have in common, of as many documents as there are: at most 1,000 findings. */
export class SharedFindings {
  readonly #shared = new Map<string, SharedFinding & { readonly records: number[]; documents: number }>();

  /** Takes the findings of one document; those that it has several times count once. */
  add({ first }: Pick<RecordRange, 'first'>, findings: readonly PreflightFinding[]): void {
    const own = new Map(findings.map((finding) => [keyOf(finding), finding]));
    for (const [key, { check, object = null, page = null }] of own) {
      const shared = this.#shared.get(key) ?? { check, object, page, records: [], documents: 0 };
      if (this.#shared.size < maxShared) this.#shared.set(key, shared);
      shared.documents += 1;
      if (shared.records.length < maxRecords) shared.records.push(first);
    }
  }

  /** What was gathered, in the order in which it came first. */
  list(): readonly SharedFinding[] {
    return [...this.#shared.values()].map((shared) => ({
      ...shared,
      records: shared.records.toSorted((a, b) => a - b),
    }));
  }
}

const keyOf = ({ check, object, page }: PreflightFinding): string => JSON.stringify([check, object, page]);
