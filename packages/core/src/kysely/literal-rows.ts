import { type RawBuilder, sql } from 'kysely';

/** The type of a column, for databases that can't tell it from a parameter. */
type ColumnType = 'text' | 'integer' | 'bigint';

/**
 * Rows of values as a table for `selectFrom`. There must be one at least, and there may be thousands: both databases
 * take that many in VALUES, whose columns they name alike, but not in a chain of SELECTs.
 */
export function literalRows<Column extends string, Alias extends string>(
  alias: Alias,
  types: Readonly<Record<Column, ColumnType>>,
  rows: readonly Readonly<Record<Column, string | number | null>>[],
) {
  const columns = Object.entries(types) as [Column, ColumnType][];
  const values = rows.map((row) => {
    const casts = columns.map(([name, type]) => sql`CAST(${row[name]} AS ${sql.raw(type)})`);
    return sql`(${sql.join(casts)})`;
  });
  const table: RawBuilder<Record<Column, string>> = valuesAsTable(
    columns.map(([name]) => name),
    values,
  );
  return table.as<Alias>(alias);
}

/** A table of rows that are written out, under the names of its columns. */
export function valuesAsTable<Row>(columns: readonly string[], rows: readonly RawBuilder<unknown>[]): RawBuilder<Row> {
  const named = columns.map((name, index) => sql`${sql.ref(`column${index + 1}`)} AS ${sql.ref(name)}`);
  return sql`(SELECT ${sql.join(named)} FROM (VALUES ${sql.join(rows)}) AS given)`;
}
