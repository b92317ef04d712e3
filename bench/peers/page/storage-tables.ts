import { oldMib, wholeMib } from '../storage/file-sizes.ts';
import { type Column, type Findings, formatFigure, toTable } from './findings.ts';

const columns: readonly Column[] = [
  { name: 'ours', title: '`@pubpipe/artifact-store`' },
  { name: 'flydrive', title: 'flydrive' },
  { name: 'flystorage', title: 'flystorage' },
  { name: 'raw', title: 'raw' },
];

/** Storage: both drivers, each with its speed and what is left when a put ends half way. */
export function storageTables(findings: Findings): string {
  return ['### File system', ...tablesOf(findings, 'fs'), '### S3', ...tablesOf(findings, 's3')].join('\n\n');
}

function tablesOf(findings: Findings, driver: 'fs' | 's3'): readonly string[] {
  const figures = [
    { what: 'put', idOf: (name: string) => `store-${driver}-put-${name}-s`, best: 'least' },
    { what: 'get', idOf: (name: string) => `store-${driver}-get-${name}-s`, best: 'least' },
    { what: 'memory', idOf: (name: string) => `store-${driver}-put-${name}-peak-mib`, best: 'least' },
  ] as const;
  const [put, get, memory] = figures;
  const mib = findings.value(`store-${driver}-mib`);
  const speed = toTable(columns, [
    findings.line(`seconds to put ${mib} MiB`, columns, put.idOf, 'least'),
    findings.line(`seconds to get ${mib} MiB`, columns, get.idOf, 'least'),
    findings.line('most memory while putting, MiB RSS', columns, memory.idOf, 'least'),
  ]);
  const line = (title: string, describe: (id: string) => string, ending: string): readonly string[] => [
    title,
    ...columns.map(({ name }) => describe(`store-${ending}-${driver}-${name}`)),
  ];
  const endings = toTable(columns, [
    line('killed under a new name: a reader gets', (id) => describeDelivered(findings, id), 'killed'),
    line('killed while replacing a file: a reader gets', (id) => describeDelivered(findings, id), 'replacing'),
    line('killed: what is left, and after its own clean-up', (id) => describeLeft(findings, id), 'killed'),
    line('the source fails half way: the put', (id) => describeOutcome(findings, id), 'failed'),
    line('then a reader gets', (id) => describeDelivered(findings, id), 'failed'),
  ]);
  return [speed, findings.betterThanOurs(figures, columns), `A file of ${wholeMib} MiB, stopped half way:`, endings];
}

function describeDelivered(findings: Findings, id: string): string {
  const delivered = findings.valueIfAny(`${id}-delivered-mib`);
  if (delivered === undefined) return 'an error';
  if (delivered === wholeMib) return 'the whole file';
  if (delivered === oldMib) return 'the old file, whole';
  return `**${formatFigure(delivered)} MiB as if they were all**`;
}

function describeLeft(findings: Findings, id: string): string {
  const left = findings.value(`${id}-left`);
  if (left === 0) return 'nothing';
  const things = `${left === 1 ? 'one unfinished thing' : `${left} unfinished things`} of ${formatFigure(findings.value(`${id}-left-mib`))} MiB`;
  const after = findings.valueIfAny(`${id}-left-after-discard`);
  if (after === undefined) return `${things}; no clean-up`;
  return `${things}; then ${after === 0 ? 'nothing' : after}`;
}

const outcomes: Readonly<Record<string, string>> = {
  rejected: 'rejects',
  stored: '**resolves**',
  died: '**ends the process** (`error` that nobody handles)',
  hung: '**never settles**',
};

function describeOutcome(findings: Findings, id: string): string {
  const outcome = findings.text(`${id}-outcome`) ?? '';
  return outcomes[outcome] ?? outcome;
}
