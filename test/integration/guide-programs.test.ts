import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readText, repository, runProgram, writeProgram } from './support/run-program.ts';

const documents = join(repository, 'examples', 'documents', 'lakeside-concerts');
const files = {
  'card.sla.gz': '/usr/share/scribus/templates/buscard1/buscard1.sla.gz',
  'lakeside-concerts.sla': join(documents, 'lakeside-concerts.sla'),
};

// A block of the guide that is marked `ts run` is a whole program, one that is marked `ts run fragment` a part of one that
// has what the guide takes for given. The text below it is what it prints.
const pages = globSync('docs/guide/*.md', { cwd: repository }).toSorted();
const programs = (await Promise.all(pages.map(programsOf))).flat();
const givenApplication = join(import.meta.dirname, 'fixtures', 'given-application.ts');

test('the guide has programs and fragments that are run', () => {
  expect(programs.filter(({ isFragment }) => !isFragment).length).toBeGreaterThanOrEqual(4);
  expect(programs.filter(({ isFragment }) => isFragment).length).toBeGreaterThanOrEqual(4);
});

test.each(programs)(
  'program $number of $page prints what the guide says',
  async ({ page, number, program, isFragment, printed }) => {
    const whole = isFragment ? `${program}\nawait closeGiven();\n` : program;
    const preload = isFragment ? givenApplication : undefined;
    const { stdout } = await runProgram(`${page}-${number}`, whole, { files, preload });
    expect(stdout).toBe(printed);
  },
);

async function programsOf(page: string) {
  const text = await readText(page);
  const marked = text.match(/^```ts run\b/gm)?.length ?? 0;
  const block = /^```ts run(?<fragment> fragment)?\n(?<program>.*?)^```\n\n```text\n(?<printed>.*?)^```$/gms;
  const found = [...text.matchAll(block)];
  if (found.length !== marked) throw new Error(`${page} does not say what each of its ${marked} programs prints`);
  return found.map(({ groups }, index) => ({
    page,
    number: index + 1,
    program: groups?.['program'] ?? '',
    isFragment: groups?.['fragment'] !== undefined,
    printed: groups?.['printed'] ?? '',
  }));
}

// The driver of the guide, with its tests: they are registered here, and run as all others.
const blocks = [...(await readText('docs/guide/drivers.md')).matchAll(/^```ts driver\n(?<code>.*?)^```$/gms)];
const file = await writeProgram('driver', blocks.map(({ groups }) => groups?.['code'] ?? '').join('\n'));
try {
  await import(file);
} finally {
  await rm(file);
}
