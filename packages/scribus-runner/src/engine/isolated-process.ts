import type { ScripterAnswer } from '../protocol/answer.ts';
import { protocolVersion, type ScripterHello } from '../protocol/hello.ts';
import type { ScripterRequest } from '../protocol/request.ts';
import type { ProcessEnd, ScribusProcess } from './scribus-engine.ts';

/** What an {@link IsolatedProcess} needs when its first process turns out to be exposed. */
export interface Isolation {
  /** Starts another process for the job, under bubblewrap. */
  readonly open: () => ScribusProcess;
  /** Called when that has said hello, and takes over. */
  readonly onWorks: () => void;
  /** Called when it ended instead, and the first goes on: with its end, or why it could not be started. */
  readonly onFails: (end: ProcessEnd | Error, log: string) => void;
}

/**
 * A process of a job that is exchanged for one under bubblewrap when it says that there is no Landlock.
 * That happens before anybody has heard from it.
 */
export class IsolatedProcess implements ScribusProcess {
  readonly answers: AsyncIterable<ScripterAnswer>;
  readonly #isolation: Isolation;
  #process: ScribusProcess;
  /** The one that is to take over, until it has. */
  #other: ScribusProcess | undefined;
  #killed = false;

  constructor(process: ScribusProcess, isolation: Isolation) {
    this.#process = process;
    this.#isolation = isolation;
    this.answers = this.#readAnswers();
  }

  get babble(): string | undefined {
    return this.#process.babble;
  }

  get group(): number | undefined {
    return this.#process.group;
  }

  send(request: ScripterRequest): void {
    this.#process.send(request);
  }

  log(): string {
    return this.#process.log();
  }

  async finish(): Promise<void> {
    await this.kill();
  }

  async kill(): Promise<ProcessEnd> {
    this.#killed = true;
    const [end] = await Promise.all([this.#process.kill(), this.#other?.kill().catch(() => undefined)]);
    return end;
  }

  ended(): Promise<ProcessEnd> {
    return this.#process.ended();
  }

  async *#readAnswers(): AsyncGenerator<ScripterAnswer> {
    const answers = this.#process.answers[Symbol.asyncIterator]();
    const { value: first, done } = await answers.next();
    if (done === true) return;
    // Only here: what comes later may be a document's word.
    const other = first.type === 'hello' && isExposed(first) && !this.#killed ? await this.#exchange() : undefined;
    yield other ?? first;
    yield* other === undefined ? { [Symbol.asyncIterator]: () => answers } : this.#process.answers;
  }

  /** Lets another process take over and returns its first answer; undefined when it can't. */
  async #exchange(): Promise<ScripterAnswer | undefined> {
    const other = this.#isolation.open();
    this.#other = other;
    const first = await other.answers[Symbol.asyncIterator]().next();
    if (first.done === true) {
      const end = await (other.babble === undefined ? other.ended() : other.kill()).catch((error: Error) => error);
      this.#other = undefined;
      if (!this.#killed) this.#isolation.onFails(end, other.log());
      return undefined;
    }
    await this.#process.kill();
    this.#process = other;
    this.#other = undefined;
    this.#isolation.onWorks();
    return first.value;
  }
}

/** Whether a document could read every file. What another protocol says is not understood. */
const isExposed = ({ protocol, protections }: ScripterHello): boolean =>
  protocol === protocolVersion && protections.landlock === 0 && !protections.bubblewrap;
