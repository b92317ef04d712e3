import { type RawBuilder, sql } from 'kysely';

/** The type of a column, for databases that can't tell it from a parameter. */
type ColumnType = 'text' | 'integer' | 'bigint';

/** Rows of values as a table for `selectFrom`. There must be one at least. */
export function literalRows<Column extends string, Alias extends string>(
  alias: Alias,
  types: Readonly<Record<Column, ColumnType>>,
  rows: readonly Readonly<Record<Column, string | number | null>>[],
) {
  const columns = Object.entries(types) as [Column, ColumnType][];
  const selects = rows.map((row) => {
    const values = columns.map(([name, type]) => sql`CAST(${row[name]} AS ${sql.raw(type)}) AS ${sql.ref(name)}`);
    return sql`SELECT ${sql.join(values)}`;
  });
  const table: RawBuilder<Record<Column, string>> = sql`(${sql.join(selects, sql` UNION ALL `)})`;
  return table.as<Alias>(alias);
}
