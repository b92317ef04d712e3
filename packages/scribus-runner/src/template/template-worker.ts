import type { Logger } from '@pubpipe/core/driver';
import { closeOrLog } from '../close-or-log.ts';
import type { RecordProcess, RecordWorker, TemplateProcess } from '../engine/scribus-engine.ts';
import type { RecordCommand, RenderCommand } from '../protocol/request.ts';
import type { RenderPlaces } from '../render-context.ts';
import { SpentEdits } from './spent-edits.ts';
import type { RecordEdits } from './template-rendering.ts';
import { WorkerPlace } from './worker-place.ts';

/**
 * So long a process makes records, in milliseconds of their own: where they take longer, a new process is little beside
 * them. It stays far below the processor time that one of them may take.
 */
const maxBusyMs = 2000;

/** What a {@link TemplateWorker} needs. */
export interface TemplateWorkerOptions {
  /** Absolute path of its directory, which is not there yet. */
  readonly directory: string;
  /** So many records it makes. */
  readonly maxRecords: number;
  readonly logger: Logger;
}

/** A process that makes records of an open template one after the other, with its directories. */
export class TemplateWorker {
  readonly places: RenderPlaces;
  /** What its records have left in its document. */
  readonly spent = new SpentEdits();
  readonly #template: TemplateProcess;
  readonly #options: TemplateWorkerOptions;
  #place: WorkerPlace | undefined;
  #process: RecordWorker | undefined;
  #records = 0;
  /** Records that were not let go. */
  #held = 0;
  #busyMs = 0;
  #isRetired = false;

  /** Makes nothing before its first record. */
  constructor(template: TemplateProcess, options: TemplateWorkerOptions) {
    this.#template = template;
    this.#options = options;
    this.places = {
      openWorkspace: async () => this.#open().workspace,
      openStaging: async (outputDirectory) => this.#open().openStaging(outputDirectory),
    };
  }

  /** Records that it was asked for. */
  get records(): number {
    return this.#records;
  }

  /** Whether it makes no more records. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Takes note of a record that it is to make: until that is let go, what it has written stays. */
  hold(): void {
    this.#held += 1;
  }

  /** Lets a record go. Never rejects. */
  async letGo(): Promise<void> {
    this.#held -= 1;
    if (this.#isRetired && this.#held === 0) await this.close();
  }

  /** Lets it make no more records, and closes it once all are let go. Never rejects. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    if (this.#held === 0) await this.close();
  }

  /** Begins a record. Once it is made, `onMade` is called, if another can be made. */
  start(edits: RecordEdits, onMade: () => void): RecordProcess {
    const { workspace, writePaths } = this.#open();
    this.#process ??= this.#template.openWorker(workspace);
    this.#records += 1;
    workspace.log.startOver();
    const { title, frames, spent } = edits;
    const toCommand = (command: RenderCommand): RecordCommand => {
      // The first that is told of its sandbox enters it for all.
      const sandbox = { ...command.sandbox, writePaths };
      return { ...command, sandbox, type: 'record', title, frames };
    };
    if (this.#records >= this.#options.maxRecords || this.#busyMs > maxBusyMs || this.#isRetired) {
      return this.#process.start(toCommand);
    }
    this.spent.add(spent);
    const begunAt = performance.now();
    return this.#process.start(toCommand, () => {
      this.#busyMs += performance.now() - begunAt;
      onMade();
    });
  }

  /** Kills the process and removes the directories; what stays of them goes with those of the template. Never rejects. */
  async close(): Promise<void> {
    await this.#process?.kill();
    const place = this.#place;
    if (place === undefined) return;
    await closeOrLog({ directory: this.#options.directory, close: () => place.close() }, this.#options.logger);
  }

  #open(): WorkerPlace {
    this.#place ??= new WorkerPlace(this.#options.directory);
    return this.#place;
  }
}
