import type { Logger } from '@pubpipe/core/driver';
import { type StartedProgram, startProgram } from '../programs/start-program.ts';
import type { ScripterAnswer } from '../protocol/answer.ts';
import { parseAnswer } from '../protocol/parse-answer.ts';
import { readLines } from '../protocol/read-lines.ts';
import type { ScripterRequest } from '../protocol/request.ts';
import type { JobWorkspace } from './job-workspace.ts';
import { OutputTail } from './output-tail.ts';
import { killProcessGroup, processGroupIsGone } from './process-group.ts';
import { processStat } from './process-stat.ts';
import type { ProcessEnd, ScribusProcess } from './scribus-engine.ts';
import { unavailable } from './unavailable.ts';

const maxAnswerBytes = 8 * 1024 * 1024;

/** What a {@link ColdProcess} needs besides its command and its directories. */
export interface ColdProcessOptions {
  readonly maxLogBytes: number;
  readonly logger: Logger;
  /** How Scribus ended, by how the command did. @defaultValue likewise */
  readonly toEnd?: (end: ProcessEnd) => ProcessEnd;
}

/** A Scribus of its own, with a process group of its own. */
export class ColdProcess implements ScribusProcess {
  readonly answers: AsyncIterable<ScripterAnswer>;
  readonly #program: StartedProgram;
  readonly #tail: OutputTail;
  readonly #ended: Promise<ProcessEnd>;
  readonly #startTime: number | undefined;
  #leaderIsOurs: boolean;
  #babble: string | undefined;

  constructor(command: readonly [string, ...string[]], workspace: JobWorkspace, options: ColdProcessOptions) {
    this.#program = startProgram(command, { cwd: workspace.directory, env: workspace.environment });
    const { child, requests } = this.#program;
    this.#tail = new OutputTail(options.maxLogBytes);
    for (const output of [child.stdout, child.stderr]) output?.on('data', (piece: Buffer) => this.#tail.add(piece));
    // Writing to a process that is gone fails here; that it is gone is told by `ended`.
    requests.on('error', () => {});

    const { pid } = child;
    this.#leaderIsOurs = pid !== undefined;
    this.#startTime = pid === undefined ? undefined : processStat(pid)?.startTime;
    const exited = new Promise<void>((resolve) => {
      if (pid === undefined) resolve();
      child.once('exit', () => {
        this.#leaderIsOurs = false;
        // Ghostscript may go on. The leader was reaped in this very turn: nobody else can have its number yet.
        if (pid !== undefined) killProcessGroup(pid);
        resolve();
      });
    });
    this.answers = this.#readAnswers();
    this.#ended = this.#watch(command[0], exited, options);
    // A failed start is thrown to whoever asks for the end; nobody may ask.
    this.#ended.catch(() => {});
  }

  get babble(): string | undefined {
    return this.#babble;
  }

  get group(): number | undefined {
    return this.#leaderIsOurs ? this.#program.child.pid : undefined;
  }

  send(request: ScripterRequest): void {
    this.#program.requests.write(`${JSON.stringify(request)}\n`);
  }

  log(): string {
    return this.#tail.text();
  }

  async finish(): Promise<void> {
    await this.kill();
  }

  kill(): Promise<ProcessEnd> {
    const { pid } = this.#program.child;
    // Once the leader has been reaped its number may belong to somebody else.
    if (this.#leaderIsOurs && pid !== undefined) killProcessGroup(pid);
    // The script's watcher sees this and kills its own group, which need not be the one that we can kill.
    this.#program.requests.destroy();
    return this.#ended;
  }

  ended(): Promise<ProcessEnd> {
    return this.#ended;
  }

  async *#readAnswers(): AsyncGenerator<ScripterAnswer> {
    try {
      for await (const line of readLines(this.#program.answers, maxAnswerBytes)) {
        const answer = parseAnswer(line);
        if (answer === undefined) {
          this.#babble = line.slice(0, 200);
          return;
        }
        yield answer;
      }
    } catch (error) {
      // A line that breaks means that the process died, which `ended` tells; one without an end is babble.
      if (error instanceof RangeError) this.#babble = error.message;
    }
  }

  async #watch(program: string, exited: Promise<void>, options: ColdProcessOptions): Promise<ProcessEnd> {
    const { logger, toEnd = (end: ProcessEnd) => end } = options;
    const { child, ended, disconnect } = this.#program;
    await exited;
    if (child.pid !== undefined) await processGroupIsGone(child.pid, { startTime: this.#startTime, logger });
    const { exitCode, signal, startError } = await ended;
    await disconnect();
    if (startError !== undefined) throw unavailable(program, startError);
    return toEnd({ exitCode, signal });
  }
}
