import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';

// What real Scribus can't be made to do. Descriptor 3 brings requests, 4 takes answers.
const hello = `echo '{"type":"hello","protocol":1,"scribus":"1.5.8","pid":1}' >&4; read -r request <&3;`;
const shell = (script: string): readonly string[] => ['sh', '-c', script];

it.each([
  { what: 'is not installed', scribus: ['no-such-scribus'], text: /no such program.*install/ },
  { what: 'may not be started', scribus: ['/etc/passwd'], text: /EACCES/ },
  { what: 'ends with 0 and without a word', scribus: shell('exit 0'), text: /exit code 0/ },
  { what: 'dies at its start', scribus: shell('kill -9 $$'), text: /SIGKILL/ },
  {
    what: 'speaks another protocol',
    scribus: shell(`echo '{"type":"hello","protocol":2,"scribus":"9.9.9","pid":1}' >&4; sleep 1000`),
    text: /protocol 2/,
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
  { kind: 'pdf', facts: '"password":""', content: '%%PDF-1.4 half of a file', asked: 'a whole PDF' },
  { kind: 'png', facts: '"page":1', content: '\\211PNG\\r\\n\\032\\n', asked: 'a whole PNG' },
] as const)('does not take a $kind for done that is not what was asked', async ({ kind, facts, content, asked }) => {
  const script = `${hello} echo '{"type":"opened","pages":[{"widthPt":100,"heightPt":100}]}' >&4
    path=$(echo "$request" | sed 's/.*"outputDirectory":"\\([^"]*\\)".*/\\1/')/x; printf '${content}' > "$path"
    echo '{"type":"rendition","kind":"${kind}","path":"'"$path"'",${facts}}' >&4; echo '{"type":"done"}' >&4; sleep 1000`;
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
  const allowed = ['', 'PATH', 'LANG', 'LC_ALL', 'HOME', 'TMPDIR', 'TZ', 'PWD', 'OLDPWD', 'SHLVL', '_'];
  expect(names.filter((name) => !allowed.includes(name ?? '') && !name?.startsWith('FONTCONFIG_'))).toEqual([]);
  expect(names).toContain('HOME');
});

it('says what to install when PDFs cannot be checked', async () => {
  const { render } = await openRendererForTest({ pdfinfo: 'no-such-pdfinfo' });

  const unavailable = { code: 'RENDERER_UNAVAILABLE', message: expect.stringContaining('poppler-utils') };

  await expect(render(documents.sound)).rejects.toMatchObject(unavailable);
});
