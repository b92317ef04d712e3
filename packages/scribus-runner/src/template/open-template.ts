import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isPubpipeError } from '@pubpipe/core/driver';
import { closeOrLog } from '../close-or-log.ts';
import { DiskWatch } from '../disk-watch.ts';
import { reachOfAnyJob } from '../engine/job-reach.ts';
import { type JobWorkspace, openJobWorkspace } from '../engine/job-workspace.ts';
import type { TemplateProcess } from '../engine/scribus-engine.ts';
import { GroupWatch } from '../group-watch.ts';
import type { FrameEdits } from '../protocol/edits.ts';
import type { TemplateCommand } from '../protocol/request.ts';
import type { TemplateOfRecords } from './template-rendering.ts';
import type { TemplateSessionContext } from './template-session.ts';
import { TemplateWorker } from './template-worker.ts';

/** A process that has the template open, with the directory in which it and its records work. */
export class OpenTemplate {
  readonly process: TemplateProcess;
  /** Resolves when nothing of it is left. */
  readonly closed: Promise<void>;
  readonly #workspace: JobWorkspace;
  readonly #context: TemplateSessionContext;
  readonly #watch: DiskWatch;
  readonly #groupWatch: GroupWatch;
  readonly #closed = Promise.withResolvers<void>();
  readonly #idle: TemplateWorker[] = [];
  readonly #retirings = new Set<Promise<void>>();
  #busy = 0;
  #count = 0;
  #isGone = false;
  #retired = false;
  #closing: Promise<void> | undefined;

  private constructor(process: TemplateProcess, workspace: JobWorkspace, context: TemplateSessionContext) {
    this.process = process;
    this.#workspace = workspace;
    this.#context = context;
    this.closed = this.#closed.promise;
    const { limits, slots } = context.options;
    // All records under way, and the process itself. Each record is watched by itself too.
    const outputBytes = limits.outputBytes * (2 * slots + 1);
    this.#watch = new DiskWatch([workspace.directory], { outputBytes }, () => void process.kill());
    // It may fork, and what it forks may live as long as it: at work are a process for each place, and itself.
    const memoryBytes = limits.memoryBytes * (slots + 1);
    // As many again wait for a record.
    const together = { memoryBytes, processes: 3 * (slots + 1) };
    this.#groupWatch = new GroupWatch(
      () => process.group,
      together,
      () => void process.kill(),
    );
    void process.gone.then(() => {
      this.#isGone = true;
    });
  }

  /**
   * Opens the template in a new process; resolves with why no records can be made of it, also when `signal` aborts
   * first. Never rejects.
   */
  static async open(
    template: TemplateOfRecords,
    context: TemplateSessionContext,
    signal: AbortSignal,
  ): Promise<OpenTemplate | string> {
    const { options, engine, libraries } = context;
    if (options.sandbox === 'off') return 'without a sandbox records can not be kept from each other';
    try {
      const path = join(template.inputDirectory, template.document);
      const { needsGhostscript } = await context.inspect(path, signal);
      if (needsGhostscript) return 'the template has images for Ghostscript';
      const workspace = await openJobWorkspace(options.temporaryDirectory, libraries);
      const process = engine.startTemplate(workspace);
      if (process === undefined) {
        await closeOrLog(workspace, options.logger);
        return 'no process can be forked here that has the template open';
      }
      const opened = new OpenTemplate(process, workspace, context);
      const reason = await opened.#begin(toCommand(path, { template, workspace, context }), signal);
      if (reason === undefined) return opened;
      await opened.close();
      return reason;
    } catch (error) {
      // Its records are rendered as documents of their own, and each says what is wrong.
      if (isPubpipeError(error)) return `the template can't be opened: ${error.code}`;
      options.logger.error({ err: error }, 'A template could not be opened for an unexpected reason.');
      return "the template can't be opened: INTERNAL";
    }
  }

  /** Whether the process has ended. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** A process for a record with these edits: one that has made others, if it can make this one. The caller gives it back. */
  takeWorker(frames: readonly FrameEdits[]): TemplateWorker {
    this.#busy += 1;
    const able = this.#idle.filter(({ spent }) => spent.allows(frames));
    // The others can make more of the records that come.
    const [idle] = able.toSorted((a, b) => b.spent.size - a.spent.size);
    if (idle !== undefined) this.#idle.splice(this.#idle.indexOf(idle), 1);
    const worker = idle ?? this.#makeWorker();
    worker.hold();
    return worker;
  }

  /** Keeps a process that can make another record for one that comes, as many as there are places. */
  keepWorker(worker: TemplateWorker): void {
    if (worker.isRetired) return;
    this.#idle.push(worker);
    const tooMany = this.#idle.length > this.#context.options.slots ? this.#idle.shift() : undefined;
    if (tooMany !== undefined) this.#retire(tooMany);
  }

  /** Lets a process make no more records. It may be making one. */
  dropWorker(worker: TemplateWorker): void {
    const place = this.#idle.indexOf(worker);
    if (place !== -1) this.#idle.splice(place, 1);
    this.#retire(worker);
  }

  /** Takes note that a record is no longer under way. Never rejects. */
  async endRecord(worker: TemplateWorker): Promise<void> {
    await worker.letGo();
    this.#busy -= 1;
    if (this.#retired && this.#busy === 0) await this.close();
  }

  /** Closes it once no record of it is under way. */
  retire(): void {
    this.#retired = true;
    if (this.#busy === 0) void this.close();
  }

  /** Ends the process and removes what it wrote. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { logger } = this.#context.options;
    await this.process.kill();
    await Promise.all([...this.#retirings, ...this.#idle.splice(0).map((worker) => worker.close())]);
    this.#watch.stop();
    this.#groupWatch.stop();
    await this.#workspace.close().catch((error: unknown) => {
      logger.warn({ directory: this.#workspace.directory, err: error }, 'A directory could not be removed.');
    });
    this.#closed.resolve();
  }

  #makeWorker(): TemplateWorker {
    this.#count += 1;
    const { recordsPerProcess: maxRecords, logger } = this.#context.options;
    const directory = join(this.#workers, String(this.#count));
    return new TemplateWorker(this.process, { directory, maxRecords, logger });
  }

  /** Nobody waits for it but who closes the template. */
  #retire(worker: TemplateWorker): void {
    const retiring = worker.retire().then(() => void this.#retirings.delete(retiring));
    this.#retirings.add(retiring);
  }

  get #workers(): string {
    return join(this.#workspace.directory, 'records');
  }

  async #begin(command: TemplateCommand, signal: AbortSignal): Promise<string | undefined> {
    const { startMs, openMs } = this.#context.options.limits;
    const kill = () => void this.process.kill();
    const late = setTimeout(kill, startMs + openMs);
    signal.addEventListener('abort', kill);
    try {
      await mkdir(this.#workers);
      if (signal.aborted) return 'it is closed';
      const reason = await this.process.open(command);
      return signal.aborted ? 'it is closed' : reason;
    } catch (error) {
      // The process never rejects: it was the directory.
      return `a directory for records can't be made: ${(error as NodeJS.ErrnoException).code}`;
    } finally {
      clearTimeout(late);
      signal.removeEventListener('abort', kill);
    }
  }
}

function toCommand(
  path: string,
  {
    template,
    workspace,
    context,
  }: {
    readonly template: TemplateOfRecords;
    readonly workspace: JobWorkspace;
    readonly context: TemplateSessionContext;
  },
): TemplateCommand {
  const { options } = context;
  const { cpuSeconds, memoryBytes, outputBytes } = options.limits;
  const { readPaths, writePaths } = reachOfAnyJob(options, workspace);
  return {
    type: 'template',
    document: path,
    frames: template.frames,
    profileDirectories: options.profileDirectories,
    outputDirectory: workspace.temporary,
    sandbox: {
      mode: options.sandbox,
      readPaths: [template.inputDirectory, ...readPaths],
      writePaths,
      ghostscript: false,
      limits: { cpuSeconds, memoryBytes, outputBytes },
    },
  };
}
