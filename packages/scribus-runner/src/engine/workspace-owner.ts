import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Logger } from '@pubpipe/core';
import { removeTree } from '../remove-tree.ts';
import { processStat } from './process-stat.ts';

/** Whose directory it is: that of one render, of a warm Scribus, or of a configuration of fonts. */
export type WorkspaceKind = 'render' | 'scribus' | 'fonts';

/**
 * How the names of this process' directories begin: with who it is, so that others can tell when it is dead.
 * Process numbers mean something only within one boot and one process namespace: these come first.
 */
export function workspacePrefix(kind: WorkspaceKind): string {
  const { startTime = 0 } = processStat(process.pid) ?? {};
  return `pubpipe-${kind}-${worldId()}-${process.pid}-${startTime}-`;
}

/**
 * Removes the directories of processes that were killed and could not do it. Directories of other
 * machines and containers, and all that is not ours, stay: who else may write there could exchange a directory for a
 * link while it is being removed, and have us remove something else.
 */
export async function removeDeadWorkspaces(temporaryDirectory: string, logger: Logger): Promise<void> {
  const pattern = new RegExp(`^pubpipe-(?:render|scribus|fonts)-${worldId()}-(\\d+)-(\\d+)-`);
  const names = await readdir(temporaryDirectory).catch(() => []);
  for (const name of names) {
    const [, pid, startTime] = pattern.exec(name) ?? [];
    if (pid === undefined || processStat(pid)?.startTime === Number(startTime)) continue;
    if (!(await isOurs(join(temporaryDirectory, name)))) continue;
    await removeTree(join(temporaryDirectory, name)).catch((error: unknown) => {
      logger.warn({ directory: name, err: error }, 'The directory of a dead process could not be removed.');
    });
  }
}

/** Whether it is a directory of this user: nobody else can change what is in it. */
async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

let world: string | undefined;

/** The same for as long as this process lives; asked for with every directory. */
function worldId(): string {
  world ??= readWorldId();
  return world;
}

function readWorldId(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
    const identity = `${boot}${readlinkSync('/proc/self/ns/pid')}`;
    return createHash('sha256').update(identity).digest('hex').slice(0, 8);
  } catch {
    // Without /proc nobody can be shown to be dead.
    return 'unknown';
  }
}
