import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { ProcessTree } from './process-tree.ts';

/** A shell with two children of its own, of which one leads a session of its own. */
function startFamily() {
  const child = spawn('sh', ['-c', 'sleep 60 & setsid sleep 60 & wait'], { stdio: 'ignore' });
  const tree = new ProcessTree(child.pid ?? 0);
  onTestFinished(() => tree.kill());
  return { child, tree };
}

test('children are members, in whatever session, and hold memory', async () => {
  const { tree } = startFamily();
  await expect.poll(() => tree.look().length).toBe(3);
  expect(tree.pssMib()).toBeGreaterThan(0);
});

test('children whose parent was killed are members still', async () => {
  const { child, tree } = startFamily();
  await expect.poll(() => tree.look().length).toBe(3);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(tree.look()).toHaveLength(2);
});

test('killed, none is left', async () => {
  const { tree } = startFamily();
  await expect.poll(() => tree.look().length).toBe(3);
  tree.kill();
  expect(tree.look()).toEqual([]);
});

test('a process that has ended has no tree', () => {
  expect(new ProcessTree(2 ** 30).look()).toEqual([]);
});
