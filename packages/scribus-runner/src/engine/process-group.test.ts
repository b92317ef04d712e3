import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { silentLogger } from '@pubpipe/core/driver';
import { expect, it, onTestFinished } from 'vitest';
import { killProcessGroup, processGroupIsGone } from './process-group.ts';
import { processStat } from './process-stat.ts';

/** The leader of a group of its own, which does nothing. */
async function startLeader() {
  const child = spawn('sleep', ['60'], { detached: true });
  await once(child, 'spawn');
  const pid = child.pid as number;
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) killProcessGroup(pid);
  });
  return { pid, startTime: processStat(pid)?.startTime as number };
}

it('waits until a killed group is gone', async () => {
  const { pid, startTime } = await startLeader();
  let isGone = false;
  const gone = processGroupIsGone(pid, { startTime, logger: silentLogger }).then(() => {
    isGone = true;
  });
  // By then it has looked.
  await processGroupIsGone((await startLeader()).pid, { startTime: 1, logger: silentLogger });
  expect(isGone).toBe(false);

  killProcessGroup(pid);

  await gone;
  expect([undefined, 'Z', 'X']).toContain(processStat(pid)?.state);
});

it('does not wait for a group of others that has got the number', async () => {
  const { pid, startTime } = await startLeader();

  await processGroupIsGone(pid, { startTime: startTime - 1, logger: silentLogger });

  expect(processStat(pid)).toMatchObject({ startTime });
});
