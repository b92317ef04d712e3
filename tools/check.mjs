// `npm run check`: everything that can be known about the code without running its tests. Steps run
// two at a time, each as soon as those it needs have succeeded. At the end is shown what failed, and what some steps tell.
//
//   npm run check -- types lint        only these steps, and what they need
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import pLimit from 'p-limit';
import { ensureSystemPackages, purposes } from './system-packages.mjs';

const node = process.execPath;
const perPackage = ['pnpm', '--recursive', '--filter', './packages/*'];

const steps = [
  { name: 'format', command: ['biome', 'check', '--error-on-warnings'] },
  { name: 'lint', command: ['oxlint', '--deny-warnings'] },
  { name: 'types', command: [node, 'node_modules/typescript/bin/tsc'] },
  { name: 'types-7', command: [node, 'node_modules/@typescript/native/bin/tsc'] },
  { name: 'types-page', command: [node, 'node_modules/@typescript/native/bin/tsc', '--project', 'test/page'] },
  { name: 'unused', command: ['knip'] },
  { name: 'imports', command: [node, 'tools/check-imports.mjs'] },
  { name: 'registry-hosts', command: [node, 'tools/check-registry-hosts.mjs'] },
  { name: 'licences', command: [node, 'tools/check-licences.mjs'] },
  { name: 'build', command: [...perPackage, 'run', 'build'] },
  { name: 'pack', command: [node, 'tools/pack.mjs'], needs: ['build'] },
  { name: 'publint', command: [node, 'tools/check-tarballs.mjs', 'publint', '--strict'], needs: ['pack'] },
  {
    name: 'attw',
    command: [node, 'tools/check-tarballs.mjs', 'attw', '--profile', 'esm-only', '--no-definitely-typed'],
    needs: ['pack'],
  },
  { name: 'contents', command: [node, 'tools/check-package-contents.mjs'], needs: ['pack'], tells: true },
  { name: 'sboms', command: [node, 'tools/make-sboms.mjs'], needs: ['pack'] },
  { name: 'sboms-valid', command: [node, 'tools/check-sboms.mjs'], needs: ['sboms'] },
  { name: 'consumer', command: [node, 'tools/check-consumer.mjs'], needs: ['pack'] },
  { name: 'alone', command: [node, 'tools/check-packages-alone.mjs'], needs: ['pack'] },
  { name: 'dependencies', command: [node, 'tools/check-dependencies.mjs'] },
  { name: 'links', command: [node, 'tools/check-links.mjs'] },
  { name: 'code-blocks', command: [node, 'tools/check-code-blocks.mjs'] },
  { name: 'docs', command: ['typedoc'] },
  { name: 'site', command: [node, 'tools/check-site.mjs'], needs: ['docs'] },
];

const started = performance.now();
ensureSystemPackages([...purposes.render, ...purposes.redis]);
const results = await runSteps(selectSteps(process.argv.slice(2)), Math.min(2, availableParallelism()));
const failed = results.filter(({ outcome }) => outcome !== 'ok');
const told = results.filter(({ outcome, tells }) => outcome === 'ok' && tells);
for (const { name, output } of [...told, ...failed]) console.log(`\n──── ${name} ────\n${output}`);
const seconds = secondsSince(started);
console.log(
  failed.length === 0
    ? `\nAll ${results.length} checks passed in ${seconds} s.`
    : `\n${failed.length} of ${results.length} checks failed in ${seconds} s: ${failed.map(({ name }) => name).join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** The steps of these names and, first, those they need; all of them without a name. */
function selectSteps(names) {
  if (names.length === 0) return steps;
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown}. Steps: ${steps.map(({ name }) => name).join(', ')}`);
  const wanted = new Set(names);
  for (const { name, needs = [] } of steps.toReversed())
    if (wanted.has(name)) for (const need of needs) wanted.add(need);
  return steps.filter(({ name }) => wanted.has(name));
}

/** Starts each step as soon as those it needs have succeeded and there is a lane for it. */
async function runSteps(selected, atOnce) {
  const inLane = pLimit(atOnce);
  const underWay = new Map();
  const run = async ({ name, command, needs = [], tells = false }) => {
    const needed = await Promise.all(needs.map((need) => underWay.get(need)));
    const result = needed.every(({ outcome }) => outcome === 'ok')
      ? await inLane(() => runStep(command))
      : { outcome: 'not run', output: `It needs: ${needs.join(', ')}`, seconds: 0 };
    console.log(`${name.padEnd(16)}${result.outcome.padEnd(8)}${`${result.seconds} s`.padStart(8)}`);
    return { name, tells, ...result };
  };
  for (const step of selected) underWay.set(step.name, run(step));
  return Promise.all(underWay.values());
}

function runStep([program, ...args]) {
  const begun = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const end = (outcome) => resolve({ outcome, output, seconds: secondsSince(begun) });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => {
      output += error.message;
      end('failed');
    });
    child.on('close', (status) => end(status === 0 ? 'ok' : 'failed'));
  });
}

function secondsSince(time) {
  return ((performance.now() - time) / 1000).toFixed(1);
}
