import { brokenWaitMs } from '../waits.ts';
import { type Column, type Findings, formatFigure, toTable } from './findings.ts';

const columns: readonly Column[] = [
  { name: 'ours', title: '`pubpipe-render`' },
  { name: 'one-at-a-time', title: 'a process per document' },
  { name: 'two-at-a-time', title: 'a shell loop, two at a time' },
  { name: 'one-script', title: 'one Scribus, one script' },
];
const inTrouble = columns.filter(({ name }) => name !== 'one-at-a-time');

const broken = [
  ['truncated', 'cut off half way'],
  ['crashing', 'makes Scribus crash'],
  ['endless', 'never ends'],
  ['refused', 'asks for a profile that is not there'],
  ['missing-image', 'its image is missing'],
] as const;

/** Rendering: speed, broken documents, kills. */
export function renderTables(findings: Findings): string {
  const value = (id: string): number => findings.value(id);
  const figures = [
    { what: 'seconds', idOf: (name: string) => `render-${name}-s`, best: 'least' },
    { what: 'memory', idOf: (name: string) => `render-${name}-peak-mib`, best: 'least' },
  ] as const;
  const [seconds, memory] = figures;
  const documents = value('render-documents');
  const speed = toTable(columns, [
    findings.line(`seconds for ${documents} documents`, columns, seconds.idOf, 'least'),
    ['as multiples of ours', ...columns.map(({ name }) => `${formatFigure(value(`render-${name}-over-ours`))} ×`)],
    findings.line('most memory of all processes, MiB PSS', columns, memory.idOf, 'least'),
    ['PDFs right', ...columns.map(({ name }) => `${documents - value(`render-${name}-wrong`)} of ${documents}`)],
  ]);
  const trouble = toTable(
    inTrouble,
    broken.map(([kind, title]) => [title, ...inTrouble.map(({ name }) => describeBroken(findings, kind, name))]),
  );
  const all = (name: string, what: string): number => value(`render-killed-all-${name}-${what}`);
  const killed = toTable(inTrouble, [
    [
      'the command alone: processes that are left 5 s later',
      ...inTrouble.map(({ name }) => String(value(`render-killed-command-${name}-processes`))),
    ],
    [
      'everything, as a PDF appears: PDFs whole · broken, in 3 kills',
      ...inTrouble.map(({ name }) => `${all(name, 'right')} · ${all(name, 'unreadable')}`),
    ],
    [
      'its other files that are left: at once · after the next run',
      ...inTrouble.map(({ name }) => `${all(name, 'strays')} · ${all(name, 'strays-after-next')}`),
    ],
  ]);
  return [
    speed,
    findings.betterThanOurs(figures, columns),
    'One broken document between two sound ones:',
    trouble,
    'Killed half way by SIGKILL:',
    killed,
  ].join('\n\n');
}

/** What was said of a broken document, what lies in its place, and how the others fared. */
function describeBroken(findings: Findings, kind: string, name: string): string {
  const id = `render-broken-${kind}-${name}`;
  const exitCode = findings.valueIfAny(`${id}-exit`);
  const told = findings.text(`${id}-told`);
  const said = [
    exitCode === undefined ? `still running after ${brokenWaitMs / 1000} s` : `exit code ${exitCode}`,
    ...(told === undefined ? [] : [`\`${told}\``]),
  ].join(', ');
  const left = findings.text(`${id}-left`) ?? '';
  const others = findings.value(`${id}-others-right`);
  return [said, leftInWords[left] ?? left, `others right: ${others} of 2`].join('; ');
}

const leftInWords: Readonly<Record<string, string>> = {
  missing: 'no file',
  unreadable: '**a broken PDF**',
  'other-pages': '**a PDF with other pages**',
  'without-image': '**a PDF without the image**',
  right: 'a whole PDF',
};
