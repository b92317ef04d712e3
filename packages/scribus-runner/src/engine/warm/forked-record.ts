import type { ScripterAnswer } from '../../protocol/answer.ts';
import { parseAnswer } from '../../protocol/parse-answer.ts';
import type { RecordCommand, RenderCommand, ScripterRequest } from '../../protocol/request.ts';
import { isUnedited } from '../../protocol/unfit.ts';
import type { ProcessEnd, RecordProcess } from '../scribus-engine.ts';
import type { ForkedWorker } from './forked-worker.ts';

/** What a {@link ForkedRecord} needs besides its process. */
export interface ForkedRecordOptions {
  readonly toCommand: (request: RenderCommand) => RecordCommand;
  /** Called when the process can make the next record; without, it ends with this one. */
  readonly onMade: (() => void) | undefined;
}

const killed: ProcessEnd = { exitCode: undefined, signal: 'SIGKILL' };

/**
 * One record of a process that makes several, once it is asked for a render. What was said before the template was
 * opened is said once more for each record; after that only the record's own process is heard.
 */
export class ForkedRecord implements RecordProcess {
  readonly answers: AsyncIterable<ScripterAnswer>;
  readonly group: undefined;
  readonly #worker: ForkedWorker;
  readonly #options: ForkedRecordOptions;
  readonly #ended = Promise.withResolvers<ProcessEnd>();
  #asksLibraries = false;
  #asked: { readonly lines: AsyncIterator<string> } | undefined;
  #isDone = false;
  #isFinished = false;
  #killed = false;
  #babble: string | undefined;
  #lost: string | undefined;

  constructor(worker: ForkedWorker, options: ForkedRecordOptions) {
    this.#worker = worker;
    this.#options = options;
    this.answers = this.#readAnswers();
  }

  get babble(): string | undefined {
    return this.#babble;
  }

  get lost(): string | undefined {
    return this.#lost;
  }

  send(request: ScripterRequest): void {
    if (request.type !== 'render' || this.#asked !== undefined || this.#killed) return;
    this.#asksLibraries = request.libraries;
    const asked = this.#worker.ask(this.#options.toCommand(request));
    this.#asked = asked;
    if (asked === undefined) this.#lose();
    void asked?.ended.then((end) => {
      // Who died with its template has no end of its own.
      if (this.#worker.isGone && !this.#killed && !this.#isDone) this.#lost = 'the process of the template died';
      this.#ended.resolve(end);
    });
  }

  log(): string {
    return this.#worker.log();
  }

  async finish(): Promise<void> {
    if (this.#isFinished) return;
    if (!this.#isDone || this.#killed || this.#options.onMade === undefined) {
      await this.kill();
    } else {
      this.#isFinished = true;
      this.#options.onMade();
    }
  }

  async kill(): Promise<ProcessEnd> {
    // The process is somebody else's now.
    if (this.#isFinished) return killed;
    this.#killed = true;
    if (this.#asked === undefined) this.#ended.resolve(killed);
    else await this.#worker.kill();
    return await this.#ended.promise;
  }

  ended(): Promise<ProcessEnd> {
    return this.#ended.promise;
  }

  async *#readAnswers(): AsyncGenerator<ScripterAnswer> {
    const { facts } = this.#worker;
    if (facts === undefined) {
      this.#lose();
      return;
    }
    yield facts.hello;
    if (this.#asked === undefined) return;
    yield facts.protected;
    if (this.#asksLibraries) yield facts.libraries;
    yield facts.opened;
    try {
      const { lines } = this.#asked;
      for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
        const answer = parseAnswer(line.value);
        if (answer === undefined) {
          if (isUnedited(line.value)) this.#lost = 'Scribus made another text of it';
          else this.#babble = line.value.slice(0, 200);
          return;
        }
        this.#isDone = answer.type === 'done';
        yield answer;
        // What comes now is said of another record.
        if (this.#isDone) return;
      }
    } catch (error) {
      // Only a line without an end breaks here.
      if (error instanceof RangeError) this.#babble = error.message;
      else throw error;
    }
  }

  /** Notes that nobody is there who could fork. */
  #lose(): void {
    this.#lost = 'the process of the template died';
    this.#ended.resolve(killed);
  }
}
