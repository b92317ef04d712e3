import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '@pubpipe/core/driver';
import { hostEnvironment } from '../host-environment.ts';

/** Where Scribus 1.5 and 1.6 note in their HOME which font files they have found fit for use, and when those were changed. */
const inHome = join('.config', 'scribus', 'checkfonts150.xml');
const maxBytes = 16 * 1024 * 1024;
/** So many are kept: one for each Scribus, set of directories, and state of these. */
const maxKept = 16;

/** What Scribus' check of fonts depends on. */
export interface FontCheckSources {
  readonly scribus: readonly string[];
  readonly fontDirectories: readonly string[];
  readonly libraryStamp: string;
}

/**
 * Keeps what Scribus finds out about all fonts when it starts, which takes it long. Without it Scribus checks
 * them anew; a font file that has changed since is checked anew in any case. It never rejects: what can't be read or
 * written costs time, and nothing else.
 */
export class FontChecks {
  readonly #directory: string;
  readonly #logger: Logger;

  /** `cacheDirectory` is an absolute path, which need not exist. */
  constructor(cacheDirectory: string, logger: Logger) {
    this.#directory = join(cacheDirectory, 'font-checks');
    this.#logger = logger;
  }

  /** Lays what is kept into the HOME of a Scribus that is about to start. */
  async restore(home: string, sources: FontCheckSources): Promise<void> {
    await this.#try('read', async () => {
      const kept = await readBounded(this.#pathOf(sources));
      const path = join(home, inHome);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, kept);
    });
  }

  /** Keeps what a Scribus has found out that has just started, and has opened no document yet. */
  async keep(home: string, sources: FontCheckSources): Promise<void> {
    const path = this.#pathOf(sources);
    await this.#try('written', async () => {
      const found = await readBounded(join(home, inHome));
      const kept = await readBounded(path).catch(() => undefined);
      if (kept?.equals(found) === true) return;
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      const unfinished = `${path}.${randomUUID()}`;
      try {
        await writeFile(unfinished, found, { flag: 'wx', mode: 0o600 });
        await rename(unfinished, path);
      } finally {
        await rm(unfinished, { force: true });
      }
      await this.#removeOldest();
    });
  }

  async #removeOldest(): Promise<void> {
    const paths = (await readdir(this.#directory)).map((name) => join(this.#directory, name));
    const changed = await Promise.all(paths.map(async (path) => ({ path, at: (await stat(path)).mtimeMs })));
    const old = changed.toSorted((a, b) => b.at - a.at).slice(maxKept);
    await Promise.all(old.map(({ path }) => rm(path, { force: true })));
  }

  #pathOf({ scribus, fontDirectories, libraryStamp }: FontCheckSources): string {
    const facts = [scribus, fontDirectories, libraryStamp, hostEnvironment()];
    return join(this.#directory, `${createHash('sha256').update(JSON.stringify(facts)).digest('hex')}.xml`);
  }

  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.#logger.debug({ err: error, directory: this.#directory }, `Checks of fonts could not be ${what}.`);
    }
  }
}

async function readBounded(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > maxBytes) throw new RangeError(`${path} is longer than ${maxBytes} bytes.`);
  return await readFile(path);
}
