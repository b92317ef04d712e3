import { killedWorkerWaitMs } from '../waits.ts';
import { type Column, type Findings, formatFigure, toTable } from './findings.ts';

const columns: readonly Column[] = [
  { name: 'ours', title: 'job store + BullMQ adapter' },
  { name: 'bullmq', title: 'BullMQ' },
  { name: 'pg-boss', title: 'pg-boss' },
];

const scenes = [
  ['begun', 'in the middle of the work, as it comes'],
  ['worked', 'when the work is done and the queue not told yet, quick recovery'],
  ['thrice', 'three workers in a row with the same jobs, quick recovery'],
] as const;

/** Queues: speed, and workers that are killed. */
export function queueTables(findings: Findings): string {
  const figures = [
    { what: 'jobs a second', idOf: (name: string) => `queue-${name}-jobs-per-s`, best: 'most' },
    { what: 'time until work begins', idOf: (name: string) => `queue-${name}-begins-ms`, best: 'least' },
  ] as const;
  const [rate, begins] = figures;
  const speed = toTable(columns, [
    findings.line('jobs a second', columns, rate.idOf, rate.best),
    findings.line('milliseconds from handing over to the beginning of the work', columns, begins.idOf, begins.best),
  ]);
  const killed = toTable(
    columns,
    scenes.map(([scene, title]) => [
      title,
      ...columns.map(({ name }) => describeKilled(findings, `queue-killed-${scene}-${name}`)),
    ]),
  );
  return [
    speed,
    findings.betterThanOurs(figures, columns),
    'Workers killed by SIGKILL, with 4 of 12 jobs under way; another worker is there at once:',
    killed,
  ].join('\n\n');
}

function describeKilled(findings: Findings, id: string): string {
  const halted = findings.value(`${id}-halted`);
  const taken = findings.value(`${id}-taken`);
  const after = findings.valueIfAny(`${id}-taken-after-s`);
  const lost = findings.valueIfAny(`${id}-lost`);
  const repeated = findings.value(`${id}-repeated`);
  return [
    taken === halted && after !== undefined
      ? `begun again after ${formatFigure(after)} s`
      : `${taken} of ${halted} begun again within ${killedWorkerWaitMs / 1000} s`,
    lost === undefined
      ? `not done in that time: ${findings.value(`${id}-late`)}`
      : lost === 0
        ? 'none lost'
        : `**${lost} never done**`,
    repeated === 0 ? 'none done twice' : `work of ${repeated} done twice`,
  ].join('; ');
}
