import { parser } from '@prometheus-io/lezer-promql';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** How a query tells series of a metric from each other. */
interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** A metric that a query reads. */
export interface MetricUse {
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

/** What a query says of metrics, read with Prometheus' own grammar. @throws when it is not a query. */
export function promqlUses(query: string): {
  readonly metrics: readonly MetricUse[];
  readonly groupedBy: readonly string[];
} {
  const metrics: MetricUse[] = [];
  const groupedBy: string[] = [];
  const text = ({ from, to }: { readonly from: number; readonly to: number }) => query.slice(from, to);
  parser.parse(query).iterate({
    enter({ type, node }) {
      if (type.isError) throw new Error(`This is no query, from "${query.slice(node.from)}" on: ${query}`);
      if (type.name === 'VectorSelector') {
        const name = node.getChild('Identifier');
        if (name === null) throw new Error(`A selector has no name: ${query}`);
        metrics.push({ name: text(name), matchers: matchersOf(node, text) });
      }
      if (type.name === 'GroupingLabels') groupedBy.push(...node.getChildren('LabelName').map(text));
    },
  });
  return { metrics, groupedBy };
}

function matchersOf(selector: SyntaxNode, text: (node: SyntaxNode) => string): readonly Matcher[] {
  const matchers = selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return matchers.map((matcher) => {
    const part = (name: string) => {
      const child = matcher.getChild(name);
      return child === null ? '' : text(child);
    };
    return { label: part('LabelName'), operator: part('MatchOp'), value: JSON.parse(part('StringLiteral')) as string };
  });
}
