import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ScripterAnswer } from '../protocol/answer.ts';
import type { NamedFile } from './render-provenance.ts';

type Hello = Extract<ScripterAnswer, { readonly type: 'hello' }>;
type Libraries = Extract<ScripterAnswer, { readonly type: 'libraries' }>;

/**
 * Where the fonts and ICC profiles of a Scribus lie. Each Scribus that says hello, a warm one with all its forks,
 * has a list of its own, told before a document was open. It is kept as long as that Scribus is.
 */
export class LibraryFiles {
  readonly #lists = new WeakMap<Hello, LibraryList>();

  /** The list of a Scribus; undefined if it has not told it yet. */
  of(hello: Hello): LibraryList | undefined {
    return this.#lists.get(hello);
  }

  /** Keeps what a Scribus has told; the first list counts. */
  learn(hello: Hello, { fonts, profiles }: Pick<Libraries, 'fonts' | 'profiles'>): void {
    if (this.#lists.has(hello)) return;
    // Under bubblewrap files have the same paths, and the number is another process' outside.
    const root = hello.protections.bubblewrap ? '/' : rootOf(hello.pid);
    const paths = (files: readonly NamedFile[]) =>
      new Map(files.map(({ name, path }) => [name, join(root, path)] as const));
    this.#lists.set(hello, new LibraryList(paths(fonts), paths(profiles)));
  }
}

/** Files of fonts and of ICC profiles by their names. */
class LibraryList {
  readonly #fonts: ReadonlyMap<string, string>;
  readonly #profiles: ReadonlyMap<string, string>;

  constructor(fonts: ReadonlyMap<string, string>, profiles: ReadonlyMap<string, string>) {
    this.#fonts = fonts;
    this.#profiles = profiles;
  }

  /** The files of these fonts, each once; those that are not there are left out. */
  fonts(names: Iterable<string>): readonly NamedFile[] {
    return found(this.#fonts, names);
  }

  /** The same of ICC profiles. */
  profiles(names: Iterable<string>): readonly NamedFile[] {
    return found(this.#profiles, names);
  }
}

/** What a process has for `/`: a wrapper may have started it with `chroot`. */
function rootOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/root`);
  } catch {
    // Systems without /proc; a process that is gone, or that isn't ours to ask.
    return '/';
  }
}

const found = (paths: ReadonlyMap<string, string>, names: Iterable<string>): readonly NamedFile[] =>
  [...new Set(names)].flatMap((name) => {
    const path = paths.get(name);
    return path === undefined ? [] : [{ name, path }];
  });
