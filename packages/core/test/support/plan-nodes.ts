/** A step of a plan, as EXPLAIN (FORMAT JSON) tells it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** A row of such an answer. */
export interface PlanRow {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }];
}

/** All steps of the plans. */
export const planNodes = (rows: readonly PlanRow[]): readonly PlanNode[] =>
  rows.flatMap((row) => withThoseBelow(row['QUERY PLAN'][0].Plan));

const withThoseBelow = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(withThoseBelow)];
