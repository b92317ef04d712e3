import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandInRoot } from './command-in-root.ts';
import { leavesOutScribusRoot, openScribusRoot } from './scribus-root.ts';

const run = promisify(execFile);
const leftOut = leavesOutScribusRoot(process.env);

describe.skipIf(leftOut)('a root folder with Scribus 1.6 (left out by SCRIBUS_1_6_ROOT=none)', () => {
  it('runs its programs where they see the same directories, and leaves no mount', { timeout: 700_000 }, async () => {
    const root = await openScribusRoot();
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'scribus-root-test-')));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'seen'), 'the same');
    const [program, ...args] = commandInRoot(root, { directories: [tmpdir()], program: 'sh' });

    const script = 'pwd; cat seen; echo; sed -n s/^VERSION_CODENAME=//p /etc/os-release; echo $$';
    const running = run(program, [...args, '-c', script], { cwd: directory });
    const { stdout } = await running;

    expect(stdout).toBe(`${directory}\nthe same\ntrixie\n${running.child.pid}\n`);
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(root);
    expect(await readdir(join(root, 'proc'))).toEqual([]);
  });
});

it('is not left out in CI', () => {
  expect(leavesOutScribusRoot({})).toBe(false);
  expect(leavesOutScribusRoot({ SCRIBUS_1_6_ROOT: 'none' })).toBe(true);
  expect(() => leavesOutScribusRoot({ SCRIBUS_1_6_ROOT: 'none', CI: 'true' })).toThrow('must run');
});
