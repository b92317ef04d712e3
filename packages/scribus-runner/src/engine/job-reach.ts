import { dirname } from 'node:path';
import type { LibraryDirectories } from '../fonts/libraries.ts';
import type { JobWorkspace } from './job-workspace.ts';

/** What the processes of a job may reach of the file system besides the system's own; absolute paths. */
export interface JobReach {
  readonly readPaths: readonly string[];
  /** Existing directories; they can be read too. */
  readonly writePaths: readonly string[];
}

/** What every job reaches: shared fonts and profiles, and its workspace. */
export function reachOfAnyJob(
  { fontDirectories, profileDirectories }: Pick<LibraryDirectories, 'fontDirectories' | 'profileDirectories'>,
  workspace: JobWorkspace,
): JobReach {
  const { FONTCONFIG_FILE: fontConfiguration } = workspace.environment;
  const configured = fontConfiguration === undefined ? [] : [dirname(fontConfiguration)];
  return {
    readPaths: [...fontDirectories, ...profileDirectories, ...configured],
    writePaths: [workspace.directory],
  };
}
