import { throwIfCancelled, unlessAborted } from '@pubpipe/core/driver';
import type { ScripterAnswer } from '../../protocol/answer.ts';
import type { ScripterHello } from '../../protocol/hello.ts';
import { parseAnswer } from '../../protocol/parse-answer.ts';
import { readLines } from '../../protocol/read-lines.ts';
import type { RecordCommand, TemplateCommand } from '../../protocol/request.ts';
import { parseRecordMessage, type RecordMessage } from '../../protocol/server-message.ts';
import { parseUnfit } from '../../protocol/unfit.ts';
import type { JobWorkspace } from '../job-workspace.ts';
import type { RecordWorker, TemplateProcess } from '../scribus-engine.ts';
import { type ForkServer, toProcessEnd } from './fork-server.ts';
import { ForkedJob } from './forked-job.ts';
import { ForkedWorker } from './forked-worker.ts';
import type { WarmPool } from './warm-pool.ts';

// What a record's process says comes in pieces of 64 KiB, each character of which may become six.
const maxLineBytes = 8 * 1024 * 1024;
/** How long the process may take to note that a record's has been killed, before it is killed itself. */
const patienceMs = 5_000;

type Answer<Type> = Extract<ScripterAnswer, { readonly type: Type }>;

/** What a template's process has said before it opened the template, and of it. */
export interface OpenedTemplateFacts {
  readonly hello: ScripterHello;
  readonly protected: Answer<'protected'>;
  readonly libraries: Answer<'libraries'>;
  readonly opened: Answer<'opened'>;
}

/**
 * A process that a warm Scribus forks for a template, and which forks those that make its records. From the moment that it opens
 * the template it may be the template that speaks: it can say of records what their own processes could.
 */
export class ForkedTemplate implements TemplateProcess {
  readonly gone: Promise<void>;
  readonly #pool: WarmPool;
  readonly #workspace: JobWorkspace;
  readonly #maxLogBytes: number;
  readonly #killed = new AbortController();
  readonly #gone = Promise.withResolvers<void>();
  readonly #workers = new Map<string, ForkedJob>();
  #forked: { readonly server: ForkServer; readonly id: string; readonly job: ForkedJob } | undefined;
  #facts: OpenedTemplateFacts | undefined;
  #count = 0;
  #forks = 0;
  #isGone = false;

  constructor(pool: WarmPool, workspace: JobWorkspace, maxLogBytes: number) {
    this.#pool = pool;
    this.#workspace = workspace;
    this.#maxLogBytes = maxLogBytes;
    this.gone = this.#gone.promise;
  }

  get group(): number | undefined {
    return this.#forked?.job.process?.pid;
  }

  get records(): number {
    return this.#count;
  }

  /** Whether it has ended, and with it what it had forked. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** What it has said, once it has the template open. */
  get facts(): OpenedTemplateFacts | undefined {
    return this.#facts;
  }

  async open(request: TemplateCommand): Promise<string | undefined> {
    try {
      const server = await this.#pool.acquire(this.#killed.signal);
      const hello = await unlessAborted(server.ready, this.#killed.signal);
      // It may have been killed after both were there.
      throwIfCancelled(this.#killed.signal);
      const { protections } = hello;
      if (protections.landlock === 0 || !protections.seccomp) {
        this.#end();
        return 'records can only be kept from each other where there are Landlock and seccomp';
      }
      const { id, job } = server.fork(this.#workspace, request);
      this.#forked = { server, id, job };
      void job.ended.then(() => this.#end());
      const lines = readLines(job.said, maxLineBytes)[Symbol.asyncIterator]();
      const reason = await this.#hear(hello, lines);
      if (reason === undefined) void this.#serve(lines);
      else await this.kill();
      return reason;
    } catch {
      // Who asks for a render hears why no Scribus can be started.
      await this.kill();
      return 'the process of the template could not be started';
    }
  }

  openWorker(workspace: JobWorkspace): RecordWorker {
    return new ForkedWorker(this, workspace, this.#maxLogBytes);
  }

  /** Has a process forked, with a first record; undefined when nobody is there to do it. */
  fork(workspace: JobWorkspace, request: RecordCommand): { readonly id: string; readonly job: ForkedJob } | undefined {
    const forked = this.#forked;
    if (forked === undefined || this.#isGone) return undefined;
    this.#count += 1;
    this.#forks += 1;
    const id = String(this.#forks);
    const job = new ForkedJob();
    this.#workers.set(id, job);
    forked.server.forkRecord(forked.id, id, workspace, request);
    return { id, job };
  }

  /** Tells a process that was forked of a next record. */
  tellWorker(id: string, request: RecordCommand): void {
    this.#count += 1;
    this.#forked?.server.tellRecord(this.#forked.id, id, request);
  }

  /** Kills a process that was forked; resolves when it is gone. */
  async killWorker(id: string): Promise<void> {
    const job = this.#workers.get(id);
    const forked = this.#forked;
    if (job === undefined || forked === undefined) return;
    if (job.killed) {
      await job.ended;
      return;
    }
    job.killed = true;
    if (job.process !== undefined) forked.server.killMember(forked.id, job.process.pid);
    const patience = setTimeout(() => void this.kill(), patienceMs);
    await job.ended;
    clearTimeout(patience);
  }

  async kill(): Promise<void> {
    this.#killed.abort();
    if (this.#forked === undefined) this.#end();
    else await this.#forked.server.kill(this.#forked.id);
    await this.gone;
  }

  /** Hears what comes before records do, in its order; resolves with why none can be made. */
  async #hear(hello: ScripterHello, lines: AsyncIterator<string>): Promise<string | undefined> {
    const next = async <Type extends ScripterAnswer['type']>(type: Type): Promise<Answer<Type> | string> => {
      const { value: line, done } = await lines.next();
      if (done === true) return 'the process of the template died when it opened it';
      const answer = parseAnswer(line);
      if (answer?.type === type) return answer as Answer<Type>;
      if (answer?.type === 'failed') return 'the template could not be opened';
      return parseUnfit(line) ?? 'the process of the template said something else';
    };
    const protections = await next('protected');
    if (typeof protections === 'string') return protections;
    const { landlock, seccomp, noNewPrivileges, allThreads } = protections.protections;
    if (landlock === 0 || !seccomp || !noNewPrivileges || !allThreads) return 'its sandbox is not complete';
    const libraries = await next('libraries');
    if (typeof libraries === 'string') return libraries;
    const opened = await next('opened');
    if (typeof opened === 'string') return opened;
    this.#facts = { hello, protected: protections, libraries, opened };
    return undefined;
  }

  /** Passes on what is said of records until the process has ended, or says what nobody understands. */
  async #serve(lines: AsyncIterator<string>): Promise<void> {
    try {
      for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
        const message = parseRecordMessage(line.value);
        // When it has ended, its records have too.
        if (message === undefined || this.#isGone || !this.#take(message)) break;
      }
    } catch {
      // Only a line without an end breaks here: who says that is killed like one that says nonsense.
    }
    await this.kill();
  }

  /** Takes what is said of a record; false when nobody honest says it: of a record that is not under way, or twice. */
  #take(message: RecordMessage): boolean {
    const job = this.#workers.get(message.job);
    if (job === undefined) return false;
    switch (message.type) {
      case 'forked':
        if (job.process !== undefined) return false;
        job.process = { pid: message.pid };
        if (job.killed) this.#forked?.server.killMember(this.#forked.id, message.pid);
        break;
      case 'said':
        // Nobody reads what one says that is killed.
        if (!job.killed && !job.say(Buffer.from(message.bytes, 'latin1'))) void this.killWorker(message.job);
        break;
      case 'ended':
        this.#workers.delete(message.job);
        job.end(toProcessEnd(message));
        break;
    }
    return true;
  }

  #end(): void {
    this.#isGone = true;
    for (const job of this.#workers.values()) job.end({ exitCode: undefined, signal: 'SIGKILL' });
    this.#workers.clear();
    this.#gone.resolve();
  }
}
