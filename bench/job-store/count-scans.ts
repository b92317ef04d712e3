import { type CompiledQuery, type Kysely, CompiledQuery as Query } from 'kysely';
import { type PlanRow, planNodes } from '../../packages/core/test/support/plan-nodes.ts';

/** How many steps of a statement's plan read a whole table, with the statistics that the database has now. */
export async function countScans(db: Kysely<unknown>, { sql, parameters }: CompiledQuery): Promise<number> {
  const { rows } = await db.executeQuery<PlanRow>(Query.raw(`EXPLAIN (FORMAT JSON) ${sql}`, [...parameters]));
  return planNodes(rows).filter((node) => node['Node Type'] === 'Seq Scan').length;
}
