import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, it, onTestFinished, vi } from 'vitest';
import { groupUsage } from './group-usage.ts';
import { killProcessGroup } from './process-group.ts';

const bounds = { processes: 64, memoryBytes: 2 ** 40 };

async function startGroup(script: string): Promise<number> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid as number;
  onTestFinished(() => void killProcessGroup(pid));
  return pid;
}

it.skipIf(process.platform !== 'linux')('counts the processes of a group and their memory (Linux only)', async () => {
  // Shells in shells, which share what the first one holds.
  const group = await startGroup('x=$(head -c 8000000 /dev/zero | tr "\\0" x); (sleep 60; :) & (sleep 60; :) & wait');

  await vi.waitFor(() => expect(groupUsage(group, bounds).processes).toBe(5), { timeout: 10_000 });

  const counted = groupUsage(group, bounds).memoryBytes;
  const shared = groupUsage(group, { ...bounds, memoryBytes: 0 }).memoryBytes;
  expect(shared).toBeGreaterThan(0);
  expect(shared).toBeLessThan(counted);
  expect(groupUsage(group, { ...bounds, processes: 1 }).processes).toBe(2);
});

it('finds nothing where there is no such group', () => {
  expect(groupUsage(2 ** 30, bounds)).toEqual({ processes: 0, memoryBytes: 0 });
});
