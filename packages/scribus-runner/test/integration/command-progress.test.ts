import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { Terminal } from '@xterm/headless';
import { expect, it, vi } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { type CommandUnderTest, openCommandForTest } from './open-command.ts';
import { ghostscriptConverts, processesNaming } from './open-renderer.ts';

const [cols, rows] = [60, 12];

/** Runs the command on a pseudo-terminal of that size, whose other end is a terminal that can be looked at. */
function startOnTerminal(command: CommandUnderTest, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const quoted = [...command.words, ...args].map((word) => `'${word}'`).join(' ');
  const script = `stty cols ${cols} rows ${rows}; exec ${quoted}`;
  const child = command.spawn(['script', '--quiet', '--return', '--flush', '--command', script, '/dev/null'], {
    TERM: 'xterm',
    CI: undefined,
    ...env,
  });
  const terminal = new Terminal({ cols, rows, allowProposedApi: true });
  const written: Buffer[] = [];
  child.stdout?.on('data', (bytes: Buffer) => {
    written.push(bytes);
    terminal.write(bytes);
  });
  return {
    child,
    /** Lines of the terminal, those that have moved out of it included. */
    screen: async (): Promise<readonly string[]> => {
      // What was written is parsed later.
      await new Promise<void>((resolve) => terminal.write('', resolve));
      const { active } = terminal.buffer;
      const lines = Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true) ?? '');
      return lines.join('\n').trimEnd().split('\n');
    },
    cursorX: () => terminal.buffer.active.cursorX,
    wraps: () => terminal.modes.wraparoundMode,
    bytes: () => Buffer.concat(written).toString('utf8'),
  };
}

const exitCodeOf = async (child: ChildProcess): Promise<unknown> => {
  const [[code]] = await Promise.all([once(child, 'exit'), once(child.stdout ?? child, 'end')]);
  return code;
};

it('shows on a terminal how far each document is, inside of its width, and removes that on Ctrl-C', async () => {
  const command = await openCommandForTest();
  const wide = await command.lay(documents.endless, '很长的名字'.repeat(10));
  const others = await Promise.all(['b', 'c'].map((folder) => command.lay(documents.endless, folder)));
  const { child, screen, cursorX, wraps, bytes } = startOnTerminal(command, ['--jobs', '2', wide, ...others]);
  const ended = exitCodeOf(child);
  await ghostscriptConverts(() => processesNaming(command.jobs));

  const bar = String.raw`\[[#-]{10}\]`;
  await vi.waitFor(
    async () =>
      expect(await screen()).toEqual([
        expect.stringMatching(`^${bar} opening +\\d+ s  …`),
        expect.stringMatching(`^${bar} opening +\\d+ s  b/document\\.sla$`),
        expect.stringMatching(`^${bar} 0 of 3 documents$`),
      ]),
    { timeout: 20_000, interval: 50 },
  );
  child.stdin?.write('\u0003');

  expect(await ended).toBe(130);
  expect((await screen()).map((line) => line.replace('^C', ''))).toEqual(['Stopped: 0 rendered, 3 not rendered.']);
  expect({ x: cursorX(), wraps: wraps(), hidden: bytes().includes('\u001b[?25l') }).toEqual({
    x: 0,
    wraps: true,
    hidden: false,
  });
});

it('leaves the results on the terminal, and nothing of the bars', async () => {
  const command = await openCommandForTest();
  const sound = await Promise.all(['a', 'b', 'c'].map((folder) => command.lay(documents.sound, folder)));
  const bad = await command.lay(documents.missingImage, 'd');
  const { child, screen, bytes } = startOnTerminal(command, ['--jobs', '2', '--png', '.', '--pdf', '.', ...sound]);
  expect(await exitCodeOf(child)).toBe(2);
  expect((await screen()).join(' ')).toContain('same file');
  expect(bytes()).not.toContain('\u001b');

  const rendering = startOnTerminal(command, ['--jobs', '1', ...sound, bad]);

  expect(await exitCodeOf(rendering.child)).toBe(5);
  const lines = await rendering.screen();
  expect(lines.slice(0, 3)).toEqual(
    sound.map((document) => `${document}: 3 pages → ${document.replace('sla', 'pdf')}`),
  );
  expect(lines.at(-1)).toBe('3 rendered, 1 not rendered.');
  expect(lines.join('\n')).not.toMatch(/\[[#-]{10}\]/);
  expect(rendering.bytes()).toMatch(/\[[#-]{10}\] 2 of 4 documents/);
});

it.each([{ CI: 'true' }, { TERM: 'dumb' }])('draws nothing on a terminal with %o', async (env) => {
  const command = await openCommandForTest();
  const document = await command.lay(documents.sound, 'a');
  const { child, bytes } = startOnTerminal(command, [document], env);

  expect(await exitCodeOf(child)).toBe(0);
  expect(bytes()).toBe(`${document}: 3 pages → a/document.pdf\r\n`);
});

it('ends when its terminal goes away, and leaves nothing running', async () => {
  const command = await openCommandForTest();
  const document = await command.lay(documents.endless, 'a');
  const { child } = startOnTerminal(command, [document]);
  await ghostscriptConverts(() => processesNaming(command.jobs));

  child.kill('SIGKILL');

  await vi.waitFor(async () => expect(await processesNaming(command.jobs)).toEqual([]), { timeout: 20_000 });
  await vi.waitFor(async () => expect(await readdir(command.jobs)).toEqual([]), { timeout: 20_000 });
});
