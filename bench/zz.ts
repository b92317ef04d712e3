import { mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseAssetName } from '@pubpipe/core';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import { median } from './statistics.ts';
const document = process.argv[2] ?? '/usr/share/scribus/templates/buscard1/buscard1.sla.gz';
const tmp = await mkdtemp('/tmp/prof/w-');
const rs = { safe: {}, noscreen: { screening: 'off' }, nosandbox: { sandbox: 'off' }, bare: { sandbox: 'off', screening: 'off' } } as const;
const r = Object.fromEntries(Object.entries(rs).map(([n, o]) => [n, createScribusRenderer({ temporaryDirectory: tmp, ...o })]));
const t: Record<string, number[]> = {}; const st: Record<string, number[]> = {};
for (let i = 0; i < 25; i++) for (const [n, x] of Object.entries(r)) {
  const out = await mkdtemp(join(tmp, 'o-'));
  const b = performance.now();
  const res = await x.render({ inputDirectory: dirname(document), document: parseAssetName(basename(document)), outputDirectory: out, renditions: [{ kind: 'pdf' }], failOn: [] });
  if (i > 3) { (t[n] ??= []).push(performance.now() - b); for (const [s, v] of Object.entries(res.stageMs)) (st[`${n} ${s}`] ??= []).push(v as number); }
  await rm(out, { recursive: true });
  await new Promise((r) => setTimeout(r, 60));
}
for (const [n, v] of [...Object.entries(t), ...Object.entries(st)]) console.log(n.padEnd(20), median(v).toFixed(2));
await Promise.all(Object.values(r).map((x) => x.close()));
await rm(tmp, { recursive: true });
