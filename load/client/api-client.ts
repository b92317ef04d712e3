import { Agent, request } from 'node:http';

/** What was asked. */
export interface Question {
  readonly method?: 'GET' | 'POST';
  /** Below the origin. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: Uint8Array;
}

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

// An answer that comes later is none: whoever asked has gone.
const answerWithinMs = 30_000;

/** A client of the API that keeps its connections, as those of applications do, and opens as many as it needs. */
export class ApiClient {
  readonly port: number;
  readonly key: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor({ port, key }: { readonly port: number; readonly key: string }) {
    this.port = port;
    this.key = key;
  }

  /** Resolves when the answer has come whole; rejects when there is none in time. */
  ask({ method = 'GET', path, headers = {}, json, body }: Question): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const content = json === undefined ? body : Buffer.from(JSON.stringify(json));
    const sent = request({
      host: '127.0.0.1',
      port: this.port,
      agent: this.#agent,
      method,
      path,
      headers: {
        'X-API-Key': this.key,
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(content === undefined ? {} : { 'Content-Length': content.byteLength }),
        ...headers,
      },
      signal: AbortSignal.timeout(answerWithinMs),
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    sent.end(content);
    return promise;
  }

  /** The answer's JSON; rejects when the status is another than expected. */
  async askFor<Body>(status: number, question: Question): Promise<Body> {
    const answer = await this.ask(question);
    if (answer.status === status) return JSON.parse(answer.text) as Body;
    throw new Error(`${question.method ?? 'GET'} ${question.path}: ${answer.status} ${answer.text}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}
