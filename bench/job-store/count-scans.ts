import { type CompiledQuery, type Kysely, CompiledQuery as Query } from 'kysely';

/** A step of a plan, as EXPLAIN (FORMAT JSON) tells it. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly Plans?: readonly PlanNode[];
}

interface PlanRow {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }];
}

/** How many steps of a statement's plan read a whole table, with the statistics that the database has now. */
export async function countScans(db: Kysely<unknown>, { sql, parameters }: CompiledQuery): Promise<number> {
  const { rows } = await db.executeQuery<PlanRow>(Query.raw(`EXPLAIN (FORMAT JSON) ${sql}`, [...parameters]));
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL has explained nothing.');
  return scansIn(row['QUERY PLAN'][0].Plan);
}

const scansIn = ({ 'Node Type': type, Plans: below = [] }: PlanNode): number =>
  below.reduce((sum, node) => sum + scansIn(node), type === 'Seq Scan' ? 1 : 0);
