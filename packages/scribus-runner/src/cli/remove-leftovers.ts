import { silentLogger } from '@pubpipe/core/driver';
import { removeDeadWorkspaces } from '../engine/workspace-owner.ts';

/** Removes what killed runs have left in directories of outputs; what can't be removed stays for the next run. */
export async function removeLeftovers(directories: readonly (string | undefined)[]): Promise<void> {
  for (const directory of new Set(directories))
    if (directory !== undefined) await removeDeadWorkspaces(directory, silentLogger);
}
