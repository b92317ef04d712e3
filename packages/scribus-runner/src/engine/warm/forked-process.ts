import type { ScripterAnswer } from '../../protocol/answer.ts';
import { parseAnswer } from '../../protocol/parse-answer.ts';
import { readLines } from '../../protocol/read-lines.ts';
import type { ScripterRequest } from '../../protocol/request.ts';
import type { JobWorkspace } from '../job-workspace.ts';
import type { ProcessEnd, ScribusProcess } from '../scribus-engine.ts';
import type { ForkServer } from './fork-server.ts';
import type { ForkedJob } from './forked-job.ts';
import type { WarmPool } from './warm-pool.ts';

const maxAnswerBytes = 8 * 1024 * 1024;

/** A process that a warm Scribus forks for one job, once it is asked for a render. */
export class ForkedProcess implements ScribusProcess {
  readonly answers: AsyncIterable<ScripterAnswer>;
  readonly #pool: WarmPool;
  readonly #workspace: JobWorkspace;
  readonly #maxLogBytes: number;
  readonly #killed = new AbortController();
  readonly #ended = Promise.withResolvers<ProcessEnd>();
  #server: ForkServer | undefined;
  #forked: { readonly id: string; readonly job: ForkedJob } | undefined;
  #babble: string | undefined;

  constructor(pool: WarmPool, workspace: JobWorkspace, maxLogBytes: number) {
    this.#pool = pool;
    this.#workspace = workspace;
    this.#maxLogBytes = maxLogBytes;
    this.answers = this.#readAnswers();
    // A failed start is thrown to whoever asks for the end; nobody may ask.
    this.#ended.promise.catch(() => {});
  }

  get babble(): string | undefined {
    return this.#babble;
  }

  get group(): number | undefined {
    return this.#forked?.job.process?.pid;
  }

  send(request: ScripterRequest): void {
    if (this.#server === undefined || this.#forked !== undefined || this.#killed.signal.aborted) return;
    this.#forked = this.#server.fork(this.#workspace, request);
    void this.#forked.job.ended.then(this.#ended.resolve);
  }

  log(): string {
    return this.#workspace.log.tail(this.#maxLogBytes);
  }

  async finish(): Promise<void> {
    await this.kill();
  }

  async kill(): Promise<ProcessEnd> {
    this.#killed.abort();
    if (this.#forked !== undefined) await this.#server?.kill(this.#forked.id);
    else this.#ended.resolve({ exitCode: undefined, signal: 'SIGKILL' });
    return await this.#ended.promise;
  }

  ended(): Promise<ProcessEnd> {
    return this.#ended.promise;
  }

  async *#readAnswers(): AsyncGenerator<ScripterAnswer> {
    try {
      this.#server = await this.#pool.acquire(this.#killed.signal);
      yield await this.#server.ready;
    } catch (error) {
      this.#ended.reject(error);
      return;
    }
    if (this.#forked === undefined) return;
    try {
      for await (const line of readLines(this.#forked.job.said, maxAnswerBytes)) {
        const answer = parseAnswer(line);
        if (answer === undefined) {
          this.#babble = line.slice(0, 200);
          return;
        }
        yield answer;
      }
    } catch (error) {
      // Only a line without an end breaks here.
      if (error instanceof RangeError) this.#babble = error.message;
      else throw error;
    }
  }
}
