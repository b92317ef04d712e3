import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { expect, it, onTestFinished } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { openRendererForTest as openAny, type RendererUnderTest } from './open-renderer.ts';

// Each of these programs is started for one job.
const openRendererForTest = (options: ScribusRendererOptions): Promise<RendererUnderTest> =>
  openAny({ mode: 'cold', ...options });

// What real Scribus can't be made to do. Descriptor 3 brings requests, 4 takes answers.
const protections =
  '{"noNewPrivileges":true,"landlock":7,"allThreads":true,"seccomp":true,"limits":true,"bubblewrap":false}';
const say = (answer: string) => `echo '${answer}' >&4`;
const hello = `${say(`{"type":"hello","protocol":2,"scribus":"1.5.8","pid":1,"protections":${protections}}`)}; read -r request <&3;
  ${say(`{"type":"protected","protections":${protections}}`)}; ${say('{"type":"libraries","fonts":[],"profiles":[]}')};`;
const checked = say(
  '{"type":"preflight","images":[],"fonts":[],"overset":[],"profiles":[],"outputProfiles":[],"cut":[]}',
);
const shell = (script: string): readonly string[] => ['sh', '-c', script];

it.each([
  { what: 'is not installed', scribus: ['no-such-scribus'], text: /no such program.*install/ },
  { what: 'may not be started', scribus: ['/etc/passwd'], text: /EACCES/ },
  { what: 'ends with 0 and without a word', scribus: shell('exit 0'), text: /exit code 0/ },
  { what: 'dies at its start', scribus: shell('kill -9 $$'), text: /SIGKILL/ },
  {
    what: 'speaks another protocol',
    scribus: shell(`echo '{"type":"hello","protocol":9,"scribus":"9.9.9","pid":1}' >&4; sleep 1000`),
    text: /protocol 9/,
  },
  {
    what: 'does not say what protects its documents',
    scribus: shell(`${say('{"type":"hello","protocol":2,"scribus":"1.5.8","pid":1}')}; sleep 1000`),
    text: /nonsense/,
  },
])('says that Scribus is unavailable when it $what', async ({ scribus, text }) => {
  const { render, renderer, temporaryFiles } = await openRendererForTest({ scribus });

  const unavailable = { code: 'RENDERER_UNAVAILABLE', message: expect.stringMatching(text) };

  await expect(render(documents.sound)).rejects.toMatchObject(unavailable);
  await expect(renderer.warmUp()).rejects.toMatchObject(unavailable);
  expect(await renderer.health()).toMatchObject({ ok: false, reason: expect.stringMatching(text) });
  expect(await temporaryFiles()).toEqual([]);
});

it.each([
  { what: 'ends with 0 before it is done', script: `${hello} exit 0`, details: { exitCode: 0, stage: 'opening' } },
  {
    what: 'answers nonsense',
    script: `${hello} echo boo >&4; sleep 1000`,
    details: { answer: 'boo', stage: 'opening' },
  },
  {
    what: 'answers without end',
    script: `${hello} head -c 9000000 /dev/zero >&4; sleep 1000`,
    details: { stage: 'opening' },
  },
])('says that Scribus crashed when it $what', async ({ script, details }) => {
  const { render, processes } = await openRendererForTest({ scribus: shell(script) });

  await expect(render(documents.sound)).rejects.toMatchObject({ code: 'RENDERER_CRASHED', details });
  expect(await processes()).toEqual([]);
});

it('takes no longer than it may when Scribus hangs at its start', async () => {
  const { render, processes } = await openRendererForTest({ scribus: shell('sleep 1000') });

  const timeout = { code: 'RENDER_TIMEOUT', details: { stage: 'starting', timeoutMs: 100 } };

  await expect(render(documents.sound, { timeoutMs: 100 })).rejects.toMatchObject(timeout);
  expect(await processes()).toEqual([]);
});

it.each([
  {
    kind: 'pdf',
    facts: '"password":"","attributes":{},"outputIntent":null',
    content: '%%PDF-1.4 half of a file',
    asked: 'a whole PDF',
  },
  { kind: 'png', facts: '"page":1', content: '\\211PNG\\r\\n\\032\\n', asked: 'a whole PNG' },
] as const)('does not take a $kind for done that is not what was asked', async ({ kind, facts, content, asked }) => {
  const script = `${hello} ${say('{"type":"opened","pages":[{"widthPt":100,"heightPt":100}]}')}; ${checked}; ${say('{"type":"exporting"}')}
    path=$(echo "$request" | sed 's/.*"outputDirectory":"\\([^"]*\\)".*/\\1/')/x; printf '${content}' > "$path"
    echo '{"type":"rendition","kind":"${kind}","rendition":0,"path":"'"$path"'",${facts}}' >&4; echo '{"type":"done"}' >&4; sleep 1000`;
  const { render, processes } = await openRendererForTest({ scribus: shell(script) });
  const handedOver: unknown[] = [];

  const rendered = render(
    documents.sound,
    { renditions: [{ kind }] },
    { onRendition: (file) => handedOver.push(file) },
  );

  await expect(rendered).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH', details: { asked } });
  expect(handedOver).toEqual([]);
  expect(await processes()).toEqual([]);
});

it('keeps only the end of what Scribus prints', async () => {
  const script = `head -c 50000000 /dev/zero | tr '\\0' 'x'; echo the end; ${hello} exit 3`;
  const { render } = await openRendererForTest({ scribus: shell(script), maxLogBytes: 100 });

  const log = expect.stringMatching(/^…x{92}the end$/);

  await expect(render(documents.sound)).rejects.toMatchObject({
    code: 'RENDERER_CRASHED',
    details: { log, exitCode: 3 },
  });
});

it('tells Scribus nothing of the environment but what it needs', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'scribus-runner-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const seen = join(directory, 'seen');
  const program = join(directory, 'program');
  await writeFile(program, `#!/bin/sh\nenv > ${seen}\n`);
  await chmod(program, 0o755);
  process.env['DATABASE_URL'] = 'postgres://secret';
  onTestFinished(() => void delete process.env['DATABASE_URL']);
  const { render } = await openRendererForTest({ scribus: program });

  await expect(render(documents.sound)).rejects.toMatchObject({ code: 'RENDERER_UNAVAILABLE' });

  const names = (await readFile(seen, 'utf8')).split('\n').map((line) => line.split('=')[0]);
  const allowed = ['', 'PATH', 'LANG', 'LC_ALL', 'HOME', 'TMPDIR', 'TZ', 'QT_HASH_SEED', 'PWD', 'OLDPWD', 'SHLVL', '_'];
  expect(names.filter((name) => !allowed.includes(name ?? '') && !name?.startsWith('FONTCONFIG_'))).toEqual([]);
  expect(names).toContain('HOME');
});

it.each([
  { what: 'is killed', end: 'sleep 1000', timeoutMs: 300, code: 'RENDER_TIMEOUT' },
  { what: 'has ended', end: 'exit 7', timeoutMs: 20_000, code: 'RENDERER_CRASHED' },
])('does not wait for a process that left the group and holds the output of a Scribus that $what', async (other) => {
  const directory = await mkdtemp(join(tmpdir(), 'scribus-runner-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const pidFile = join(directory, 'pid');
  const { render, temporaryFiles } = await openRendererForTest({
    scribus: shell(`${hello} setsid sh -c 'echo $$ > ${pidFile}; exec sleep 30' & sleep 0.1; ${other.end}`),
  });

  const begunAt = performance.now();
  await expect(render(documents.sound, { timeoutMs: other.timeoutMs })).rejects.toMatchObject({ code: other.code });

  expect(performance.now() - begunAt).toBeLessThan(10_000);
  expect(await temporaryFiles()).toEqual([]);
  process.kill(Number(await readFile(pidFile, 'utf8')));
});

const openedOnce = `${say('{"type":"opened","pages":[{"widthPt":8,"heightPt":8}]}')}; ${checked}; ${say('{"type":"exporting"}')}`;
/** A picture of 8 × 8 pixels, which that page is at 72 dpi. */
const soundPage = fileURLToPath(new URL('../fixtures/red.png', import.meta.url));
const written = (page: number, path = '"$staging"/x') =>
  `echo '{"type":"rendition","kind":"png","rendition":0,"page":${page},"path":"'${path}'"}' >&4`;
const done = say('{"type":"done"}');

it.each([
  { what: 'nothing', script: `${openedOnce}; ${done}` },
  { what: 'a page that nobody asked for', script: `${openedOnce}; ${written(2)}; ${done}` },
  {
    what: 'a page twice',
    script: `${openedOnce}; cp '${soundPage}' "$staging"/x; ${written(1)}; ${written(1)}; ${done}`,
    says: /twice/,
  },
  { what: 'a page that is not there', script: `${openedOnce}; ${written(1)}; ${done}` },
  { what: 'a page elsewhere', script: `${openedOnce}; ${written(1, '/etc/passwd')}; ${done}` },
  { what: 'a page in a folder above', script: `${openedOnce}; ${written(1, '"$staging"/../x')}; ${done}` },
])('does not take $what for what was asked', async ({ script, says = /nobody asked|wrong place|has not written/i }) => {
  const staging = `staging=$(echo "$request" | sed 's/.*"outputDirectory":"\\([^"]*\\)".*/\\1/')`;
  const { render, processes } = await openRendererForTest({
    scribus: shell(`${hello} ${staging}; ${script}; sleep 9`),
  });

  const rendered = render(documents.sound, { renditions: [{ kind: 'png' }] });

  await expect(rendered).rejects.toMatchObject({
    code: 'OUTPUT_MISMATCH',
    message: expect.stringMatching(says),
  });
  expect(await processes()).toEqual([]);
});

it('notices that Scribus, which was there, is there no more', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'scribus-runner-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const program = join(directory, 'program');
  await writeFile(program, `#!/bin/sh\n${hello}\n`);
  await chmod(program, 0o755);
  const { render, renderer } = await openRendererForTest({ scribus: program });
  expect(await renderer.health()).toMatchObject({ ok: true, version: '1.5.8' });

  await rm(program);
  await expect(render(documents.sound)).rejects.toMatchObject({ code: 'RENDERER_UNAVAILABLE' });

  expect(await renderer.health()).toMatchObject({ ok: false });
});

it('refuses page images that no memory would hold', async () => {
  const huge = say('{"type":"opened","pages":[{"widthPt":9,"heightPt":9},{"widthPt":2384,"heightPt":3370}]}');
  const { render } = await openRendererForTest({ scribus: shell(`${hello} ${huge}; kill -9 $$`) });
  const png = (pages: readonly number[]) => ({ renditions: [{ kind: 'png', dpi: 1200, pages } as const] });

  await expect(render(documents.sound, png([1, 2]))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    details: { page: 2, pixels: 2_231_688_889 },
  });
  await expect(render(documents.sound, png([1]))).rejects.toMatchObject({
    code: 'RENDERER_CRASHED',
    message: expect.stringContaining('lack of memory'),
  });
});
