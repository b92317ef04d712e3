import { PubpipeError } from '@pubpipe/core/driver';
import type { StartedProgram } from '../../programs/start-program.ts';
import { startProgram } from '../../programs/start-program.ts';
import type { ScripterHello } from '../../protocol/hello.ts';
import { readLines } from '../../protocol/read-lines.ts';
import type { RecordCommand, ScripterRequest, TemplateCommand } from '../../protocol/request.ts';
import { parseServerMessage, type ServerMessage } from '../../protocol/server-message.ts';
import type { ResolvedScribusRendererOptions } from '../../scribus-renderer-options.ts';
import type { JobWorkspace } from '../job-workspace.ts';
import { OutputTail } from '../output-tail.ts';
import { killProcessGroup, processGroupIsGone } from '../process-group.ts';
import { processStat } from '../process-stat.ts';
import type { ProcessEnd } from '../scribus-engine.ts';
import { unavailable } from '../unavailable.ts';
import { ForkedJob } from './forked-job.ts';
import { killForkedGroup } from './kill-forked-group.ts';

// What a job says comes in pieces of 64 KiB, each character of which may become six.
const maxMessageBytes = 8 * 1024 * 1024;
/** How long the server may take to kill a job, or to end when it is asked to, before it is killed itself. */
const patienceMs = 5_000;

/** A warm Scribus, which forks a process for each job. */
export class ForkServer {
  /** Resolves when it can fork; rejects with `RENDERER_UNAVAILABLE` when it ends before. */
  readonly ready: Promise<ScripterHello>;
  /** Resolves when it is gone, with all its jobs. */
  readonly gone: Promise<void>;
  /** When it was started, as `performance.now()` has it. */
  readonly startedAt: number = performance.now();
  readonly #program: StartedProgram;
  /** That of its process, as {@link processStat} has it. */
  readonly #startTime: number | undefined;
  readonly #workspace: JobWorkspace;
  readonly #options: ResolvedScribusRendererOptions;
  readonly #printed: OutputTail;
  readonly #jobs = new Map<string, ForkedJob>();
  readonly #hello = Promise.withResolvers<ScripterHello>();
  #forks = 0;
  #residentKib: number | undefined;
  #firstResidentKib: number | undefined;
  #isAlive = true;
  #retired = false;

  /** Starts Scribus; the workspace is its own HOME and TMPDIR, and closed with it. */
  constructor(
    command: readonly [string, ...string[]],
    workspace: JobWorkspace,
    options: ResolvedScribusRendererOptions,
  ) {
    this.#options = options;
    this.#workspace = workspace;
    this.#printed = new OutputTail(options.maxLogBytes);
    this.#program = startProgram(command, { cwd: workspace.directory, env: workspace.environment });
    const { child, requests } = this.#program;
    this.#startTime = child.pid === undefined ? undefined : processStat(child.pid)?.startTime;
    for (const output of [child.stdout, child.stderr]) output?.on('data', (piece: Buffer) => this.#printed.add(piece));
    // Writing to a process that is gone fails here; that it is gone is told by `gone`.
    requests.on('error', () => {});
    // One that has closed the line, and can't be told anything any more, must not stay.
    requests.once('close', () => {
      if (!this.#retired) this.#killServer();
    });
    this.ready = this.#hello.promise;
    this.ready.catch(() => {});
    const read = this.#read();
    this.gone = this.#watch(command[0], read);
    this.gone.catch(() => {});
  }

  /** Whether it can fork, or will. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Jobs that it has forked. */
  get forks(): number {
    return this.#forks;
  }

  /** By how much its memory has grown since its first job, in bytes. */
  get growthBytes(): number {
    return ((this.#residentKib ?? 0) - (this.#firstResidentKib ?? 0)) * 1024;
  }

  /** What it printed last. */
  log(): string {
    return this.#printed.text();
  }

  /** Forks a process that serves `request`. On a server that is gone the job ends at once. */
  fork(
    workspace: JobWorkspace,
    request: ScripterRequest | TemplateCommand,
  ): { readonly id: string; readonly job: ForkedJob } {
    this.#forks += 1;
    const id = String(this.#forks);
    const job = new ForkedJob();
    if (!this.#isAlive) {
      job.end({ exitCode: undefined, signal: 'SIGKILL' });
      return { id, job };
    }
    this.#jobs.set(id, job);
    this.#hold();
    this.#send({ type: 'fork', job: id, workspace: toWorkspaceMessage(workspace), request });
    return { id, job };
  }

  /** Tells the job of a template of a record, for which it is to fork a process. */
  forkRecord(id: string, record: string, workspace: JobWorkspace, request: RecordCommand): void {
    const message = { type: 'fork', job: record, workspace: toWorkspaceMessage(workspace), request };
    if (this.#jobs.has(id)) this.#send({ type: 'tell', job: id, message });
  }

  /** Tells a process that was forked for a record, by the job of its template, of a next one. */
  tellRecord(id: string, worker: string, request: RecordCommand): void {
    const message = { type: 'tell', job: worker, message: request };
    if (this.#jobs.has(id)) this.#send({ type: 'tell', job: id, message });
  }

  /** Kills one process of a job, by a number that the job has told. Nothing that is not the job's is touched. */
  killMember(id: string, pid: number): void {
    if (this.#jobs.has(id)) this.#send({ type: 'kill', job: id, pid });
  }

  /** Kills a job with all that it has started; resolves when none of it is left. */
  async kill(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#send({ type: 'kill', job: id });
    const patience = setTimeout(() => {
      this.#options.logger.warn({ pid: this.#program.child.pid }, 'The warm Scribus does not answer and is killed.');
      this.#killServer();
    }, patienceMs);
    await job.ended;
    clearTimeout(patience);
  }

  /** Lets the jobs under way end, and then the server. Resolves when it is gone. */
  async retire(): Promise<void> {
    this.#retired = true;
    this.#endIfIdle();
    await this.gone;
  }

  /** Kills the server and all jobs. Resolves when nothing is left. */
  async destroy(): Promise<void> {
    // Whoever waits for this must be kept running.
    this.#hold();
    this.#killServer();
    await this.gone;
  }

  #send(message: object): void {
    this.#program.requests.write(`${JSON.stringify(message)}\n`);
  }

  #endIfIdle(): void {
    if (this.#jobs.size > 0) return;
    this.#release();
    if (!this.#retired) return;
    this.#program.requests.destroy();
    const patience = setTimeout(() => this.#killServer(), patienceMs);
    void this.gone.finally(() => clearTimeout(patience));
  }

  #killServer(): void {
    const { pid } = this.#program.child;
    if (this.#isAlive && pid !== undefined) killProcessGroup(pid);
  }

  async #read(): Promise<void> {
    try {
      for await (const line of readLines(this.#program.answers, maxMessageBytes)) {
        const message = parseServerMessage(line);
        if (message === undefined) throw new TypeError('The warm Scribus says something that is no message.');
        this.#take(message);
      }
    } catch (error) {
      // A line that breaks means that the process died, which is seen elsewhere. What is no message ends it.
      if (error instanceof TypeError || error instanceof RangeError) {
        this.#options.logger.error({ err: error }, 'The warm Scribus is killed: it can no longer be understood.');
        this.#killServer();
      }
    }
  }

  #take(message: ServerMessage): void {
    if (message.type === 'hello') {
      this.#hello.resolve(message);
      this.#endIfIdle();
      return;
    }
    const job = this.#jobs.get(message.job);
    if (job === undefined) return;
    switch (message.type) {
      case 'forked':
        job.process = message;
        break;
      case 'said':
        if (!job.say(Buffer.from(message.bytes, 'latin1'))) this.#send({ type: 'kill', job: message.job });
        break;
      case 'ended':
        this.#jobs.delete(message.job);
        this.#residentKib = message.serverKib ?? this.#residentKib;
        this.#firstResidentKib ??= this.#residentKib;
        job.end(toProcessEnd(message));
        this.#endIfIdle();
        break;
    }
  }

  async #watch(program: string, read: Promise<void>): Promise<void> {
    const { child, ended, disconnect } = this.#program;
    const { exitCode, signal, startError } = await ended;
    this.#isAlive = false;
    // It was collected in this turn: its number can't belong to anybody else yet.
    if (child.pid !== undefined) killProcessGroup(child.pid);
    const { logger } = this.#options;
    this.#killForked();
    if (child.pid !== undefined) await processGroupIsGone(child.pid, { startTime: this.#startTime, logger });
    await disconnect();
    await read;
    // Only now all that it has said is known, also of a process that it forked just before it died.
    this.#killForked();
    for (const { process } of this.#jobs.values()) {
      if (process !== undefined) await processGroupIsGone(process.pid, { startTime: process.startTime, logger });
    }
    for (const job of this.#jobs.values()) job.end({ exitCode, signal });
    this.#jobs.clear();
    this.#hello.reject(
      startError === undefined ? this.#endedEarly({ exitCode, signal }) : unavailable(program, startError),
    );
    await this.#workspace.close().catch((error: unknown) => {
      logger.warn({ directory: this.#workspace.directory, err: error }, 'A directory could not be removed.');
    });
  }

  #killForked(): void {
    for (const { process } of this.#jobs.values()) if (process !== undefined) killForkedGroup(process);
  }

  #endedEarly({ exitCode, signal }: ProcessEnd): PubpipeError {
    const message = `Scribus ended with ${signal ?? `exit code ${exitCode}`} before it could do anything: details.log holds what it printed.`;
    return new PubpipeError('RENDERER_UNAVAILABLE', message, {
      details: { stage: 'starting', exitCode: exitCode ?? null, signal: signal ?? null, log: this.log() },
    });
  }

  /** A server that has nothing to do doesn't keep its host running: it ends when that does. */
  #release(): void {
    for (const part of this.#handles()) part.unref?.();
  }

  #hold(): void {
    for (const part of this.#handles()) part.ref?.();
  }

  #handles(): readonly { ref?: () => void; unref?: () => void }[] {
    const { child, requests, answers } = this.#program;
    return [child, child.stdout, child.stderr, requests, answers] as unknown as readonly { ref?: () => void }[];
  }
}

const toWorkspaceMessage = ({ directory, home, temporary, log }: JobWorkspace) => ({
  directory,
  home,
  temporary,
  log: log.path,
});

export const toProcessEnd = ({
  exitCode,
  signal,
  cpuSeconds,
}: Extract<ServerMessage, { type: 'ended' }>): ProcessEnd => ({
  exitCode: exitCode ?? undefined,
  signal: signal ?? undefined,
  ...(cpuSeconds !== undefined && { cpuSeconds }),
});
