import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, it, onTestFinished, vi } from 'vitest';
import { groupUsage } from './group-usage.ts';
import { killProcessGroup } from './process-group.ts';

async function startGroup(script: string): Promise<number> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid as number;
  onTestFinished(() => void killProcessGroup(pid));
  return pid;
}

it.skipIf(process.platform !== 'linux')('counts the processes of a group and their memory (Linux only)', async () => {
  const group = await startGroup('sleep 60 & sleep 60 & wait');

  await vi.waitFor(() => expect(groupUsage(group, 64).processes).toBe(3), { timeout: 10_000 });

  expect(groupUsage(group, 64).memoryBytes).toBeGreaterThan(0);
  expect(groupUsage(group, 1).processes).toBe(2);
});

it('finds nothing where there is no such group', () => {
  expect(groupUsage(2 ** 30, 64)).toEqual({ processes: 0, memoryBytes: 0 });
});
