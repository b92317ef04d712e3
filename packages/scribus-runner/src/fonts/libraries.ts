import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { workspacePrefix } from '../engine/workspace-owner.ts';
import { hostEnvironment } from '../host-environment.ts';
import { writeFontConfiguration } from './font-configuration.ts';
import { LibraryStamp, systemLibraryDirectories } from './library-stamp.ts';
import { linkProfileDirectories } from './profile-directories.ts';

/** Where shared fonts and ICC profiles lie. */
export interface LibraryDirectories {
  readonly fontDirectories: readonly string[];
  readonly profileDirectories: readonly string[];
  readonly temporaryDirectory: string;
}

/** The fonts and ICC profiles that every document can use besides the system's. */
export class Libraries {
  readonly #directories: LibraryDirectories;
  readonly #stamp: LibraryStamp;
  #configuration: Promise<{ readonly directory: string; readonly path: string }> | undefined;

  constructor(directories: LibraryDirectories) {
    this.#directories = directories;
    const { fontDirectories, profileDirectories } = directories;
    this.#stamp = new LibraryStamp([...fontDirectories, ...profileDirectories, ...systemLibraryDirectories]);
  }

  /**
   * Prepares the HOME of a Scribus that is about to start, and returns what its environment needs.
   * A Scribus forked from one that runs already knows what that one knew.
   */
  async prepare(home: string): Promise<Readonly<Record<string, string>>> {
    const { fontDirectories, profileDirectories } = this.#directories;
    await linkProfileDirectories(home, profileDirectories);
    if (fontDirectories.length === 0) return {};
    this.#configuration ??= this.#configure();
    return { FONTCONFIG_FILE: (await this.#configuration).path };
  }

  /** Changes when fonts or profiles are added or removed: a running Scribus doesn't know those. At most a second old. */
  stamp(): Promise<string> {
    return this.#stamp.current();
  }

  /** Removes what `prepare` made. Idempotent. */
  async close(): Promise<void> {
    const made = await this.#configuration?.catch(() => undefined);
    this.#configuration = undefined;
    if (made !== undefined) await rm(made.directory, { recursive: true, force: true });
  }

  async #configure(): Promise<{ readonly directory: string; readonly path: string }> {
    const { fontDirectories, temporaryDirectory } = this.#directories;
    const directory = await mkdtemp(join(temporaryDirectory, workspacePrefix('fonts')));
    const path = await writeFontConfiguration({ directory, fontDirectories, environment: hostEnvironment() });
    return { directory, path };
  }
}
