import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Logger } from '@pubpipe/core/driver';
import { runProgram } from '../../programs/run-program.ts';

/** What Scribus 1.5 and 1.6 ask Ghostscript whenever they start: whether it runs, and has the devices they like best. */
const questions = [['-h'], ['-sDEVICE=pngalpha', '-c', 'quit'], ['-sDEVICE=tiffsep', '-c', 'quit']] as const;
const bounds = { timeoutMs: 10_000, maxOutputBytes: 1024 * 1024 };

// It is asked by a Scribus that starts, and by nobody else.
const standIn = (rest: string) => `#!/bin/sh
case "$*" in
  ${questions.map((question) => `'${question.join(' ')}'`).join(' | ')}) exit 0 ;;
esac
PATH='${rest.replaceAll("'", `'\\''`)}'
exec gs "$@"
`;

type Environment = Readonly<Record<string, string>>;

/**
 * Answers in Ghostscript's place what Scribus asks it whenever it starts, once it is known that it says yes to all: each
 * start would wait for three of its own. The Ghostscript that was asked last is known; one is asked when a Scribus is ready.
 */
export class GhostscriptAnswers {
  readonly #directory: string;
  readonly #logger: Logger;

  /** `cacheDirectory` is an absolute path, which need not exist. */
  constructor(cacheDirectory: string, logger: Logger) {
    this.#directory = join(cacheDirectory, 'ghostscript');
    this.#logger = logger;
  }

  /**
   * The environment of a Scribus that is about to start in `directory`, which is its own: the one given, or one in which
   * Ghostscript's answers come at once. Its script finds the PATH that was given in `PUBPIPE_PATH`. Never rejects.
   */
  async shorten(directory: string, environment: Environment): Promise<Environment> {
    try {
      const { PATH: path = '' } = environment;
      const note = await this.#noteOn(path);
      if (note === undefined) return environment;
      await access(note);
      const place = join(directory, 'bin');
      await mkdir(place);
      await writeFile(join(place, 'gs'), standIn(path), { mode: 0o700 });
      return { ...environment, PATH: `${place}${delimiter}${path}`, PUBPIPE_PATH: path };
    } catch {
      // Nothing is known yet, or the disk refuses it, as whoever needs it for more will hear.
      return environment;
    }
  }

  /** Asks what is not known yet. Never rejects: what can't be asked or kept costs time, and nothing else. */
  async learn(environment: Environment, signal: AbortSignal): Promise<void> {
    try {
      const note = await this.#noteOn(environment['PATH'] ?? '');
      if (note === undefined || (await exists(note))) return;
      for (const question of questions) {
        const { failure } = await runProgram(['gs', ...question], { ...bounds, env: environment, signal });
        if (failure !== undefined) return;
      }
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await writeFile(note, '', { mode: 0o600 });
      const others = (await readdir(this.#directory)).map((name) => join(this.#directory, name));
      await Promise.all(others.filter((path) => path !== note).map((path) => rm(path, { force: true })));
    } catch (error) {
      if (signal.aborted) return;
      this.#logger.debug({ err: error, directory: this.#directory }, "Ghostscript's answers could not be kept.");
    }
  }

  /** The file that is there when the Ghostscript of a PATH has said yes; undefined where there is no Ghostscript. */
  async #noteOn(path: string): Promise<string | undefined> {
    for (const directory of path.split(delimiter)) {
      const program = join(directory, 'gs');
      if (!(await exists(program, constants.X_OK))) continue;
      const real = await realpath(program);
      const { size, mtimeMs, ino } = await stat(real);
      const facts = JSON.stringify([real, size, mtimeMs, ino]);
      return join(this.#directory, createHash('sha256').update(facts).digest('hex'));
    }
    return undefined;
  }
}

const exists = (path: string, mode?: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );
