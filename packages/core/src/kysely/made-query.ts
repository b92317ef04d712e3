import type { Compilable, CompiledQuery } from 'kysely';
import { reusedMark } from './reused-mark.ts';
import type { StoreContext } from './store-context.ts';

/** Stands for a value while a query is made. */
class Placeholder {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

type Value = string | number | null;

/** Values of a query, at any depth. */
export type QueryValues = Value | readonly QueryValues[] | { readonly [name: string]: QueryValues };

/** Texts that one job store keeps: there are as many as queries have shapes, which a caller must not make endless. */
const capacity = 200;

/** Where a job store keeps the texts of its queries, by their shape. */
export type MadeQueries = Map<string, CompiledQuery>;

/**
 * Makes a query once for each shape, since that takes longer than sending it, and then only puts in the values.
 * `make` may hand these on and nothing else: it sees them only once, as something that stands for them. So `shape`
 * must tell apart whatever else the text depends on.
 */
export function madeQuery<Values extends QueryValues, Row>(
  { dialect, madeQueries }: StoreContext,
  {
    shape,
    values,
    make,
  }: { readonly shape: string; readonly values: Values; readonly make: (values: Values) => Compilable<Row> },
): CompiledQuery<Row> {
  // What was made once would say for ever what time it was then.
  if (!dialect.hasClock) return make(values).compile();
  let made = madeQueries.get(shape) as CompiledQuery<Row> | undefined;
  if (made === undefined) {
    made = make(withPlaceholders(values)).compile();
    if (madeQueries.size < capacity) {
      made = { ...made, sql: made.sql + reusedMark };
      madeQueries.set(shape, made);
    }
  }
  const leaves: Value[] = [];
  collect(values, leaves);
  const parameters = made.parameters.map((value) => (value instanceof Placeholder ? leaves[value.index] : value));
  return { ...made, parameters };
}

function withPlaceholders<Values extends QueryValues>(values: Values): Values {
  let count = 0;
  const replace = (value: QueryValues): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replace(inner)]));
    }
    count += 1;
    return new Placeholder(count - 1);
  };
  return replace(values) as Values;
}

function collect(value: QueryValues, leaves: Value[]): void {
  if (typeof value !== 'object' || value === null) leaves.push(value);
  else for (const inner of Object.values(value)) collect(inner, leaves);
}
