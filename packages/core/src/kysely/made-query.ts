import type { Compilable, CompiledQuery } from 'kysely';
import { reusedMark } from './reused-mark.ts';
import type { StoreContext } from './store-context.ts';

/** Stands for a value while a query is made, by the names that lead to it: callers name things in any order. */
class Placeholder {
  readonly path: readonly string[];
  constructor(path: readonly string[]) {
    this.path = path;
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
    made = make(withPlaceholders(values, []) as Values).compile();
    made = { ...made, sql: made.sql + reusedMark };
    for (const oldest of madeQueries.keys()) if (madeQueries.size >= capacity) madeQueries.delete(oldest);
    madeQueries.set(shape, made);
  }
  const parameters = made.parameters.map((value) =>
    value instanceof Placeholder ? valueAt(values, value.path) : value,
  );
  return { ...made, parameters };
}

function withPlaceholders(value: QueryValues, path: readonly string[]): unknown {
  if (Array.isArray(value))
    return value.map((inner: QueryValues, index) => withPlaceholders(inner, [...path, `${index}`]));
  if (typeof value !== 'object' || value === null) return new Placeholder(path);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withPlaceholders(inner, [...path, name])]),
  );
}

function valueAt(values: QueryValues, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>>)[name], values);
}
