import { percentile } from '../../bench/statistics.ts';
import type { Row } from '../../bench/suite.ts';
import type { Exchange } from '../client/send-steadily.ts';
import { isGood, routes } from './mixed-load.ts';

const names: Readonly<Record<string, string>> = {
  'POST /jobs': 'post-jobs',
  'GET /jobs/{id}': 'get-job',
  'GET /jobs': 'list-jobs',
};

/** How long requests took: all together, with a goal for the slowest hundredth, and those of each route. */
export function latencyRows(
  exchanges: readonly Exchange[],
  { goalMs, suffix = '' }: { readonly goalMs: number; readonly suffix?: string },
): readonly Row[] {
  const lateMs = exchanges.map((each) => each.lateMs);
  const goal = { goal: goalMs, comparator: '<=' } as const;
  return [
    ...percentileRows('', exchanges, suffix).map((row) => (row.id.startsWith('p99') ? { ...row, ...goal } : row)),
    ...routes.flatMap((route) => {
      const ofRoute = exchanges.filter((each) => each.route === route);
      return percentileRows(`${names[route] ?? route}-`, ofRoute, suffix);
    }),
    {
      id: `errors${suffix}`,
      value: exchanges.filter((each) => !isGood(each)).length,
      unit: 'requests',
      goal: 0,
      comparator: '<=',
      samples: exchanges.length,
    },
    // Of the client's own: a machine that is busy with something else shows here.
    {
      id: `sent-late-p99${suffix}-ms`,
      value: percentile(lateMs, 0.99),
      unit: 'ms',
      samples: lateMs.length,
    },
  ];
}

function percentileRows(prefix: string, exchanges: readonly Exchange[], suffix: string): readonly Row[] {
  const latenciesMs = exchanges.map(({ latencyMs }) => latencyMs);
  return ([50, 95, 99] as const).map((share) => ({
    id: `${prefix}p${share}${suffix}-ms`,
    value: percentile(latenciesMs, share / 100),
    unit: 'ms',
    samples: latenciesMs.length,
  }));
}
