import type { Logger } from '@pubpipe/core';
import { closeOrLog } from '../close-or-log.ts';
import type { RecordProcess, RecordWorker, TemplateProcess } from '../engine/scribus-engine.ts';
import type { RecordCommand, RenderCommand } from '../protocol/request.ts';
import type { RenderPlaces } from '../render-context.ts';
import { WorkerPlace } from './worker-place.ts';

/**
 * So long a process makes records, in milliseconds: where they take longer, a new process is little beside them. It stays
 * far below the processor time that one of them may take.
 */
const maxAgeMs = 2000;

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
  readonly #template: TemplateProcess;
  readonly #options: TemplateWorkerOptions;
  readonly #begunAt = performance.now();
  #place: WorkerPlace | undefined;
  #process: RecordWorker | undefined;
  #records = 0;
  #isLast = false;

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

  /** Whether it can make another record, after one that was made. */
  get isReusable(): boolean {
    return !this.#isLast && this.#process !== undefined;
  }

  /** Begins a record. `repeatable`: whether another can be made after it. */
  start(
    toCommand: (request: RenderCommand) => RecordCommand,
    { repeatable }: { readonly repeatable: boolean },
  ): RecordProcess {
    const { workspace } = this.#open();
    this.#process ??= this.#template.openWorker(workspace);
    this.#records += 1;
    workspace.log.startOver();
    const isOld = performance.now() - this.#begunAt > maxAgeMs;
    this.#isLast = !repeatable || isOld || this.#records >= this.#options.maxRecords;
    return this.#process.start(toCommand, this.#isLast);
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
