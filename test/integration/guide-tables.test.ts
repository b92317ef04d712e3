import { errorTraits } from '@pubpipe/core';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readText } from './support/run-program.ts';

const errorRow = /^\| `(?<code>\w+)` \| (?<again>\w+) \| .+ \| .+ \|$/gm;
const alertRow = /^\| `(?<alert>Pubpipe\w+)` \| .+ \|$/gm;

test('the guide says of every code, and of no other, what happened, what to do and whether it may pass', async () => {
  const rows = [...(await readText('docs/guide/errors.md')).matchAll(errorRow)];
  const told = rows.map(({ groups }) => `${groups?.['code']} ${groups?.['again']}`);
  const known = Object.entries(errorTraits).map(([code, { retryable }]) => `${code} ${retryable ? 'yes' : 'no'}`);
  expect(told.toSorted()).toEqual(known.toSorted());
});

test('the guide says of every alert that wakes somebody where to look first, and of none that there is not', async () => {
  const rules = parse(await readText('docs/operations/prometheus-rules.yml')) as {
    readonly groups: readonly {
      readonly rules: readonly { readonly alert: string; readonly labels: { readonly severity: string } }[];
    }[];
  };
  const alerts = rules.groups.flatMap((group) => group.rules);
  const rows = [...(await readText('docs/guide/operating.md')).matchAll(alertRow)];
  const told = rows.map(({ groups }) => `${groups?.['alert']}`);
  expect(alerts.map(({ alert }) => alert)).toEqual(expect.arrayContaining(told));
  const waking = alerts.filter(({ labels }) => labels.severity === 'page').map(({ alert }) => alert);
  expect(told).toEqual(expect.arrayContaining(waking));
});
