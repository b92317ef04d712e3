import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bubblewrapCommand, endUnderBubblewrap } from './bubblewrap.ts';

it('lets a directory be written that lies in one that can be read', () => {
  const command = bubblewrapCommand({ readPaths: ['/srv/job'], writePaths: ['/srv/job/out', '/srv'] });

  const mounts = command.join(' ').match(/--(?:ro-bind-try|bind) \/srv\S*/g);
  expect(mounts).toEqual(['--bind /srv', '--ro-bind-try /srv/job', '--bind /srv/job/out']);
});

// User namespaces may be switched off, for unprivileged users or for all.
const [bubblewrap, ...withoutPaths] = bubblewrapCommand({ readPaths: [], writePaths: [] });
const works = spawnSync(bubblewrap, [...withoutPaths, 'true']).status === 0;

it.skipIf(!works)('shows a program its own paths only', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'bubblewrap-test-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const name of ['input', 'job', 'other']) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'file'), name);
  }
  const [program, ...options] = bubblewrapCommand({
    readPaths: [join(root, 'input')],
    writePaths: [join(root, 'job')],
  });
  const script = `
    cat input/file > job/copy
    cat other/file > job/stolen
    echo attack > input/written
    cat /etc/passwd > job/users
    ls -d /proc/[0-9]* > job/processes
    for file in /attack /dev/attack /dev/shm/attack /tmp/attack /proc/1/mem /dev/null; do
      true >> $file && echo $file >> job/opened
    done
    exit 0`;

  execFileSync(program, [...options, '/bin/sh', '-c', `cd '${root}'; ${script}`], { stdio: 'ignore' });

  const written = (name: string) => readFileSync(join(root, 'job', name), 'utf8');
  expect(written('copy')).toBe('input');
  expect(written('stolen')).toBe('');
  expect(written('users')).toBe('');
  expect(existsSync(join(root, 'input', 'written'))).toBe(false);
  expect(written('opened')).toBe('/dev/null\n');
  expect(written('processes').trim().split('\n').length).toBeLessThan(6);
});

it.each([
  { end: { exitCode: 0, signal: undefined }, inside: { exitCode: 0, signal: undefined } },
  { end: { exitCode: 3, signal: undefined }, inside: { exitCode: 3, signal: undefined } },
  { end: { exitCode: 139, signal: undefined }, inside: { exitCode: undefined, signal: 'SIGSEGV' } },
  { end: { exitCode: 255, signal: undefined }, inside: { exitCode: 255, signal: undefined } },
  // bubblewrap itself was killed.
  { end: { exitCode: undefined, signal: 'SIGKILL' }, inside: { exitCode: undefined, signal: 'SIGKILL' } },
])('tells of $end how the program ended inside', ({ end, inside }) => {
  expect(endUnderBubblewrap(end)).toEqual(inside);
});
