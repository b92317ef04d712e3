import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Logger } from '@pubpipe/core/driver';
import { removeTree } from '../remove-tree.ts';
import { processStat } from './process-stat.ts';

/**
 * What it belongs to: one render, a warm Scribus, a configuration of fonts; or, in a directory of somebody else's,
 * outputs that have no name yet, or the document of a record beside its template.
 */
export type WorkspaceKind = 'render' | 'scribus' | 'fonts' | HiddenKind;

type HiddenKind = 'output' | 'merge';

/**
 * How the names of this process' directories begin: with who it is, so that others can tell when it is dead.
 * Process numbers mean something only within one boot and one process namespace: these come first.
 */
export function workspacePrefix(kind: WorkspaceKind): string {
  const { startTime = 0 } = processStat(process.pid) ?? {};
  return `pubpipe-${kind}-${worldId()}-${process.pid}-${startTime}-`;
}

/** The same for what lies among other people's files. */
export const hiddenPrefix = (kind: HiddenKind): string => `.${workspacePrefix(kind)}`;

/**
 * Removes the directories and files of processes that were killed and could not do it. Those of other
 * machines and containers, and all that is not ours, stay: who else may write there could exchange a directory for a
 * link while it is being removed, and have us remove something else.
 */
export async function removeDeadWorkspaces(place: string, logger: Logger): Promise<void> {
  const pattern = new RegExp(`^\\.?pubpipe-(?:render|scribus|fonts|output|merge)-${worldId()}-(\\d+)-(\\d+)-`);
  const names = await readdir(place).catch(() => []);
  for (const name of names) {
    const [, pid, startTime] = pattern.exec(name) ?? [];
    if (pid === undefined || processStat(pid)?.startTime === Number(startTime)) continue;
    if (!(await isOurs(join(place, name)))) continue;
    await removeTree(join(place, name)).catch((error: unknown) => {
      logger.warn({ directory: name, err: error }, 'What a dead process has left could not be removed.');
    });
  }
}

/** Whether it is a plain file of this user, or a directory in which nobody else can change anything. */
async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.uid !== process.getuid?.()) return false;
  return found.isFile() || (found.isDirectory() && (found.mode & 0o022) === 0);
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
