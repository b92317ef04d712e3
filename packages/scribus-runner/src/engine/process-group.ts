import { readdir } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@pubpipe/core';
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
 */
export async function processGroupIsGone(groupId: number, { logger }: { readonly logger: Logger }): Promise<void> {
  const begunAt = performance.now();
  let warned = false;
  for (let pauseMs = 1; signalGroup(groupId, 0) && !(await hasOnlyZombies(groupId)); ) {
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    if (!warned && performance.now() - begunAt > warnAfterMs) {
      warned = true;
      logger.warn({ groupId }, 'A killed process of Scribus does not end; its slot stays taken until it does.');
    }
  }
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
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return !ids.some((id) => isLivingMember(id, groupId));
}

function isLivingMember(id: string, groupId: number): boolean {
  const stat = processStat(id);
  return stat?.group === groupId && stat.state !== 'Z' && stat.state !== 'X';
}
