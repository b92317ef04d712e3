import type { DataRecord } from './data/data-record.ts';
import type { OutputNames } from './output/output-names.ts';

/** The records of one document. */
export interface RecordGroup {
  readonly records: readonly DataRecord[];
  /** Name of the document, without an ending. */
  readonly name: string;
}

/** Which records are wanted. */
export interface RecordRange {
  /** First and last, from 1. */
  readonly from: number;
  readonly to: number;
}

/**
 * Puts records together that share a document, and names it after the last of them. Those before the range are named
 * too, so that the names are the same whatever the range is.
 */
export async function* groupRecords(
  records: AsyncIterable<DataRecord>,
  { size, names, range }: { readonly size: number; readonly names: OutputNames; readonly range: RecordRange },
): AsyncGenerator<RecordGroup, void, undefined> {
  let group: DataRecord[] = [];
  const isWanted = () => (group.at(-1)?.number ?? 0) >= range.from;
  const finish = (): RecordGroup[] => {
    const [last] = group.slice(-1);
    const finished = last === undefined ? [] : [{ records: group, name: names.nameOf(last) }];
    const wanted = isWanted();
    group = [];
    return wanted ? finished : [];
  };
  for await (const record of records) {
    if (record.number > range.to) break;
    // A document begins with the first record that is wanted.
    if (record.number === range.from) finish();
    group.push(record);
    if (group.length === size) yield* finish();
  }
  yield* finish();
}
