import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { JobLog } from '../engine/job-log.ts';
import type { JobWorkspace } from '../engine/job-workspace.ts';
import { temporaryRefused } from '../engine/temporary-unwritable.ts';
import { removeTree } from '../remove-tree.ts';
import { openStagingDirectory, type StagingDirectory } from '../staging-directory.ts';

/** The directories of a process that makes records, inside those that its template's process may write into. */
export class WorkerPlace {
  /** Where the process works. Whoever closes it leaves it to the next record. */
  readonly workspace: JobWorkspace;
  /** The directories into which the process writes, for all records. */
  readonly writePaths: readonly string[];
  readonly #root: string;
  readonly #written: string;
  #count = 0;

  /**
   * Makes the directories.
   *
   * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
   */
  constructor(root: string) {
    this.#root = root;
    this.#written = join(root, 'written');
    const directory = join(root, 'own');
    this.writePaths = [directory, this.#written];
    const home = join(directory, 'home');
    const temporary = join(directory, 'tmp');
    try {
      // Scribus writes there without creating it.
      for (const path of [join(home, '.local', 'share', 'scribus', 'temp'), temporary, this.#written])
        mkdirSync(path, { recursive: true });
      const log = new JobLog(join(directory, 'log'));
      this.workspace = { directory, home, temporary, log, environment: {}, close: () => Promise.resolve() };
    } catch (error) {
      throw temporaryRefused(error);
    }
  }

  /** Makes a staging directory for one record: of the one before, files may still be there. */
  async openStaging(outputDirectory: string): Promise<StagingDirectory> {
    this.#count += 1;
    const directory = join(this.#written, String(this.#count));
    await mkdir(directory).catch((error: unknown) => {
      throw temporaryRefused(error);
    });
    const staging = await openStagingDirectory(outputDirectory, directory);
    const close = async () => {
      await staging.close();
      await removeTree(directory);
    };
    return { ...staging, close };
  }

  /** Removes the directories. Idempotent. */
  async close(): Promise<void> {
    this.workspace.log.close();
    await removeTree(this.#root);
  }
}
