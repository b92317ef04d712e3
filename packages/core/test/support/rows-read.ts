import { type CompiledQuery, type Kysely, CompiledQuery as Query } from 'kysely';

interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Runs a statement once more on PostgreSQL: how many rows of tables it reads, those among them that its filters drop. */
export async function rowsRead(db: Kysely<unknown>, { sql: text, parameters }: CompiledQuery): Promise<number> {
  const { rows } = await db.executeQuery<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>(
    Query.raw(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...parameters]),
  );
  return rows.reduce((sum, row) => sum + readIn(row['QUERY PLAN'][0].Plan), 0);
}

const readIn = (node: PlanNode): number =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] +
  (node.Plans ?? []).reduce((sum, inner) => sum + readIn(inner), 0);
