import type { DataRecord } from './data/data-record.ts';
import type { OutputNames } from './output/output-names.ts';

/** The records of one document. */
export interface RecordGroup {
  readonly records: readonly DataRecord[];
  /** Name of the document, without an ending. */
  readonly name: string;
}

/** Which records are wanted. */
interface RecordRange {
  /** First and last, from 1. */
  readonly from: number;
  readonly to: number;
}

/** How records are put together. */
export interface GroupOptions {
  readonly size: number;
  readonly names: OutputNames;
  readonly range: RecordRange;
  /** Documents that are left out, when they have been named. */
  readonly isDone?: ((records: { readonly first: number; readonly last: number }) => boolean) | undefined;
}

/**
 * Puts records together that share a document, and names it after the last of them. Those before the range are named
 * too, so that the names are the same whatever the range is.
 */
export async function* groupRecords(
  records: AsyncIterable<DataRecord>,
  { size, names, range, isDone = () => false }: GroupOptions,
): AsyncGenerator<RecordGroup, void, undefined> {
  let group: DataRecord[] = [];
  const isWanted = () => {
    const [first = 0, last = 0] = [group[0]?.number, group.at(-1)?.number];
    return last >= range.from && !isDone({ first, last });
  };
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
