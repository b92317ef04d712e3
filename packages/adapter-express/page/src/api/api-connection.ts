import { toProblem, unreachable } from './api-problem.ts';
import type { SessionKey } from './session-key.ts';

/** How a request differs from a plain `GET`. */
export interface AskOptions {
  readonly method?: 'GET' | 'POST' | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly json?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests to the API, with the key. */
export class ApiConnection {
  readonly #base: URL;
  readonly #key: SessionKey;

  constructor(base: URL, key: SessionKey) {
    this.#base = base;
    this.#key = key;
  }

  /** Whether requests carry a key, which links can't. */
  get hasKey(): boolean {
    return this.#key.value !== undefined;
  }

  /** Where a route is, or a link that an answer has named. */
  resolve(path: string): URL {
    return new URL(path, this.#base);
  }

  /** What every request to an address carries: the key goes to our own origin only, whatever a link says. */
  headersFor(url: URL): Record<string, string> {
    const key = this.#key.value;
    return key === undefined || url.origin !== this.#base.origin ? {} : { Authorization: `Bearer ${key}` };
  }

  /**
   * Asks, and resolves with an answer of success.
   *
   * @throws ApiProblem else.
   */
  async ask(path: string, { method = 'GET', headers = {}, json, signal }: AskOptions = {}): Promise<Response> {
    const url = this.resolve(path);
    const init: RequestInit = {
      method,
      headers: {
        ...this.headersFor(url),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? null : JSON.stringify(json),
      cache: 'no-store',
      signal: signal ?? null,
    };
    let response: Response;
    try {
      response = await fetch(url, init);
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      throw unreachable(error);
    }
    if (response.ok) return response;
    const text = await response.text().catch(() => '');
    throw toProblem(response.status, text, response.headers.get('retry-after'));
  }

  /** Asks for JSON. */
  async askJson<Answer>(path: string, options: AskOptions = {}): Promise<Answer> {
    const response = await this.ask(path, { ...options, headers: { Accept: 'application/json', ...options.headers } });
    try {
      return (await response.json()) as Answer;
    } catch (error) {
      if (options.signal?.aborted === true) throw options.signal.reason;
      throw unreachable(error);
    }
  }

  /** Asks for bytes. The browser keeps large ones on the disk. */
  async askBlob(path: string, options: AskOptions = {}): Promise<Blob> {
    const response = await this.ask(path, options);
    try {
      return await response.blob();
    } catch (error) {
      if (options.signal?.aborted === true) throw options.signal.reason;
      throw unreachable(error);
    }
  }
}
