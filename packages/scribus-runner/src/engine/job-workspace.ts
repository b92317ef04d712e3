import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Libraries } from '../fonts/libraries.ts';
import { hostEnvironment } from '../host-environment.ts';
import { removeTree } from '../remove-tree.ts';
import { JobLog } from './job-log.ts';
import { temporaryRefused } from './temporary-unwritable.ts';
import { type WorkspaceKind, workspacePrefix } from './workspace-owner.ts';

/**
 * The HOME and TMPDIR of one job, or of a warm Scribus. Scribus converts images through files of fixed names in its HOME:
 * jobs that share one overwrite each other's.
 */
export interface JobWorkspace {
  /** Absolute path; the job's working directory. */
  readonly directory: string;
  readonly home: string;
  readonly temporary: string;
  readonly log: JobLog;
  /** The whole environment of processes that are started for the job. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removes the directory and all it holds. Idempotent. */
  close(): Promise<void>;
}

/**
 * Makes a workspace in `temporaryDirectory`.
 *
 * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
 */
export async function openJobWorkspace(
  temporaryDirectory: string,
  libraries: Libraries,
  kind: WorkspaceKind = 'render',
): Promise<JobWorkspace> {
  const refuse = (error: unknown): never => {
    throw temporaryRefused(error);
  };
  const directory = await mkdtemp(join(temporaryDirectory, workspacePrefix(kind))).catch(refuse);
  const home = join(directory, 'home');
  const temporary = join(directory, 'tmp');
  const remove = () => removeTree(directory);
  try {
    // Scribus writes there without creating it.
    await mkdir(join(home, '.local', 'share', 'scribus', 'temp'), { recursive: true });
    await mkdir(temporary);
    const log = new JobLog(join(directory, 'log'));
    const environment = { ...hostEnvironment(), ...(await libraries.prepare(home)), HOME: home, TMPDIR: temporary };
    const close = async (): Promise<void> => {
      log.close();
      await remove();
    };
    return { directory, home, temporary, log, environment, close };
  } catch (error) {
    // Why it could not be made says more than why its remains could not be removed.
    await remove().catch(() => undefined);
    return refuse(error);
  }
}
