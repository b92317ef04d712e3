import type { Row } from '../bench/suite.ts';
import type { RoundResult } from './round/round-result.ts';

/** The figures of a crash test. Those with a goal must all be 0. */
export function toRows(result: RoundResult): readonly Row[] {
  const samples = result.submitted;
  const figure = (id: string, value: number, unit: string): Row => ({ id, value, unit, samples });
  const none = (id: string, value: number, unit: string): Row => ({
    ...figure(id, value, unit),
    goal: 0,
    comparator: '<=',
  });
  return [
    figure('submitted', result.submitted, 'jobs'),
    figure('completed', result.completed, 'jobs'),
    none('lost', result.lost.length, 'jobs'),
    none('completed-twice', result.completedTwice.length, 'jobs'),
    none('outputs-wrong', result.wrong.length, 'files'),
    figure('orphans-before', result.orphansBefore, 'things'),
    none('orphans-after', result.orphansAfter, 'things'),
    none('left-after-purge', result.leftAfterPurge, 'things'),
    none('promises-broken', result.broken.length, 'sentences'),
    figure('attempts', result.attempts, 'claims'),
    figure('claims-lost', result.claimsLost, 'claims'),
    figure('handled-again', result.handledAgain, 'events'),
    ...[...result.kills]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, count]) => figure(`kills-${kind}`, count, 'times')),
  ];
}
