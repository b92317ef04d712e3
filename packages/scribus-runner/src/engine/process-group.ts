import { readdir } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@pubpipe/core/driver';
import { processStat } from './process-stat.ts';

const longestPauseMs = 50;
const warnAfterMs = 5000;

/** Kills every process of a group; returns whether there was one. The caller knows that the group is its own. */
export function killProcessGroup(groupId: number): boolean {
  return signalGroup(groupId, 'SIGKILL');
}

/**
 * Resolves when a killed group has no process left that could still do something. A process that the
 * system can't end, waiting for a dead disk, is waited for.
 *
 * `startTime` is that of the group's leader, where it is known: a leader with another one is somebody else's, who has
 * got the number since.
 */
export async function processGroupIsGone(
  groupId: number,
  { startTime, logger }: { readonly startTime: number | undefined; readonly logger: Logger },
): Promise<void> {
  const begunAt = performance.now();
  let warned = false;
  for (let pauseMs = 1; isThere(groupId, startTime) && !(await hasOnlyZombies(groupId)); ) {
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    if (!warned && performance.now() - begunAt > warnAfterMs) {
      warned = true;
      logger.warn({ groupId }, 'A killed process of Scribus does not end; its slot stays taken until it does.');
    }
  }
}

function isThere(groupId: number, startTime: number | undefined): boolean {
  if (!signalGroup(groupId, 0)) return false;
  const leader = processStat(groupId);
  return leader === undefined || startTime === undefined || leader.startTime === startTime;
}

function signalGroup(groupId: number, signal: 'SIGKILL' | 0): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch (error) {
    // EPERM: the processes that are left belong to somebody else now, so they are not ours to wait for.
    if (['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Where process 1 collects no orphans, as in some containers, the dead stay listed for ever. */
async function hasOnlyZombies(groupId: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  // Where it can't be listed, as when this process may open no more files, it is asked again.
  const names = await readdir('/proc').catch(() => undefined);
  const ids = names?.filter((name) => /^\d+$/.test(name));
  return ids !== undefined && !ids.some((id) => isLivingMember(id, groupId));
}

function isLivingMember(id: string, groupId: number): boolean {
  const stat = processStat(id);
  return stat?.group === groupId && stat.state !== 'Z' && stat.state !== 'X';
}
