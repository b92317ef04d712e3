import type { ScripterAnswer } from '../../protocol/answer.ts';
import { parseAnswer } from '../../protocol/parse-answer.ts';
import { readLines } from '../../protocol/read-lines.ts';
import type { RecordCommand, RenderCommand, ScripterRequest } from '../../protocol/request.ts';
import { isUnedited } from '../../protocol/unfit.ts';
import type { JobWorkspace } from '../job-workspace.ts';
import type { ProcessEnd, RecordProcess } from '../scribus-engine.ts';
import type { ForkedJob } from './forked-job.ts';
import type { ForkedTemplate } from './forked-template.ts';

const maxAnswerBytes = 8 * 1024 * 1024;

/** What a {@link ForkedRecord} needs besides its template and its directories. */
export interface ForkedRecordOptions {
  readonly maxLogBytes: number;
  readonly toCommand: (request: RenderCommand) => RecordCommand;
}

/**
 * A process that a template's forks for one record, once it is asked for a render. What was said before the template was
 * opened is said once more for each record; after that only the record's own process is heard.
 */
export class ForkedRecord implements RecordProcess {
  readonly answers: AsyncIterable<ScripterAnswer>;
  readonly group: undefined;
  readonly #template: ForkedTemplate;
  readonly #workspace: JobWorkspace;
  readonly #options: ForkedRecordOptions;
  readonly #ended = Promise.withResolvers<ProcessEnd>();
  #asksLibraries = false;
  #forked: { readonly id: string; readonly job: ForkedJob } | undefined;
  #killed = false;
  #babble: string | undefined;
  #lost: string | undefined;

  constructor(template: ForkedTemplate, workspace: JobWorkspace, options: ForkedRecordOptions) {
    this.#template = template;
    this.#workspace = workspace;
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
    if (request.type !== 'render' || this.#forked !== undefined || this.#killed) return;
    this.#asksLibraries = request.libraries;
    this.#forked = this.#template.fork(this.#workspace, this.#options.toCommand(request));
    if (this.#forked === undefined) this.#lose();
    void this.#forked?.job.ended.then((end) => {
      // Who died with its template has no end of its own.
      if (this.#template.isGone && !this.#killed) this.#lost = 'the process of the template died';
      this.#ended.resolve(end);
    });
  }

  log(): string {
    return this.#workspace.log.tail(this.#options.maxLogBytes);
  }

  async kill(): Promise<ProcessEnd> {
    this.#killed = true;
    if (this.#forked === undefined) this.#ended.resolve({ exitCode: undefined, signal: 'SIGKILL' });
    else await this.#template.killRecord(this.#forked.id);
    return await this.#ended.promise;
  }

  ended(): Promise<ProcessEnd> {
    return this.#ended.promise;
  }

  async *#readAnswers(): AsyncGenerator<ScripterAnswer> {
    const { facts } = this.#template;
    if (facts === undefined) {
      this.#lose();
      return;
    }
    yield facts.hello;
    if (this.#forked === undefined) return;
    yield facts.protected;
    if (this.#asksLibraries) yield facts.libraries;
    yield facts.opened;
    try {
      for await (const line of readLines(this.#forked.job.said, maxAnswerBytes)) {
        const answer = parseAnswer(line);
        if (answer === undefined) {
          if (isUnedited(line)) this.#lost = 'Scribus made another text of it';
          else this.#babble = line.slice(0, 200);
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

  /** Notes that nobody is there who could fork. */
  #lose(): void {
    this.#lost = 'the process of the template died';
    this.#ended.resolve({ exitCode: undefined, signal: 'SIGKILL' });
  }
}
