import type { ArtifactJson } from '@pubpipe/core/http';
import type { ApiConnection } from '../api/api-connection.ts';
import { InLine } from '../parts/in-line.ts';

/** An image that is shown somewhere. */
interface Held {
  readonly url: Promise<string>;
  readonly loading: AbortController;
  holders: number;
}

const atOnce = 4;

/**
 * Page images, fetched with the key and kept in memory as long as they are shown: an `<img>` by itself could send
 * no key.
 */
export class PageImages {
  readonly #connection: ApiConnection;
  readonly #held = new Map<string, Held>();
  readonly #line = new InLine(atOnce);

  constructor(connection: ApiConnection) {
    this.#connection = connection;
  }

  /** The address of an image, for one who lets it go later. */
  hold({ id, links }: ArtifactJson): Promise<string> {
    const known = this.#held.get(id);
    if (known !== undefined) {
      known.holders += 1;
      return known.url;
    }
    const loading = new AbortController();
    const url = this.#line.run(async () => {
      loading.signal.throwIfAborted();
      return URL.createObjectURL(await this.#connection.askBlob(links.content, { signal: loading.signal }));
    });
    this.#held.set(id, { url, loading, holders: 1 });
    return url;
  }

  /** Lets an image go. When nobody holds it any more, its memory is free. */
  letGo({ id }: ArtifactJson): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    held.holders -= 1;
    if (held.holders > 0) return;
    this.#held.delete(id);
    held.loading.abort();
    // One that was not fetched has no memory.
    held.url.then((url) => URL.revokeObjectURL(url)).catch(() => undefined);
  }
}
