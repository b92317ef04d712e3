/**
 * The key that the user has typed in. It is kept in `sessionStorage`: a reload keeps it, the end of the tab forgets it,
 * and no other tab has it. `localStorage` would keep it on the disk of a shared machine; a cookie would be sent along
 * with requests that other sites cause.
 */
export class SessionKey {
  readonly #name: string;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

  /** @param apiPath keeps the keys of several APIs of one origin apart. */
  constructor(apiPath: string, storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#name = `pubpipe key for ${apiPath}`;
    this.#storage = storage;
  }

  get value(): string | undefined {
    return this.#storage.getItem(this.#name) ?? undefined;
  }

  set value(key: string) {
    this.#storage.setItem(this.#name, key);
  }

  forget(): void {
    this.#storage.removeItem(this.#name);
  }
}

/** Whether a text can be sent as a key at all. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(text);
}
