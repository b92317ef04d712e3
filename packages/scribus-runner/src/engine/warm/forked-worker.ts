import { readLines } from '../../protocol/read-lines.ts';
import type { RecordCommand, RenderCommand } from '../../protocol/request.ts';
import type { JobWorkspace } from '../job-workspace.ts';
import type { ProcessEnd, RecordWorker } from '../scribus-engine.ts';
import type { ForkedJob } from './forked-job.ts';
import { ForkedRecord } from './forked-record.ts';
import type { ForkedTemplate, OpenedTemplateFacts } from './forked-template.ts';

const maxAnswerBytes = 8 * 1024 * 1024;

/** A process that a template's forks once it is asked for a first record, and which makes one after the other. */
export class ForkedWorker implements RecordWorker {
  readonly #template: ForkedTemplate;
  readonly #workspace: JobWorkspace;
  readonly #maxLogBytes: number;
  #forked: { readonly id: string; readonly job: ForkedJob; readonly lines: AsyncIterator<string> } | undefined;

  constructor(template: ForkedTemplate, workspace: JobWorkspace, maxLogBytes: number) {
    this.#template = template;
    this.#workspace = workspace;
    this.#maxLogBytes = maxLogBytes;
  }

  start(toCommand: (request: RenderCommand) => RecordCommand, onMade?: () => void): ForkedRecord {
    return new ForkedRecord(this, { toCommand, onMade });
  }

  /** What was said before any record. */
  get facts(): OpenedTemplateFacts | undefined {
    return this.#template.facts;
  }

  /** Whether the template's process is gone, and this one with it. */
  get isGone(): boolean {
    return this.#template.isGone;
  }

  /** Asks for a record. Answers what the process says, and its end; undefined when nobody is there to make it. */
  ask(
    command: RecordCommand,
  ): { readonly lines: AsyncIterator<string>; readonly ended: Promise<ProcessEnd> } | undefined {
    if (this.#forked === undefined) {
      const forked = this.#template.fork(this.#workspace, command);
      if (forked === undefined) return undefined;
      const lines = readLines(forked.job.said, maxAnswerBytes)[Symbol.asyncIterator]();
      this.#forked = { ...forked, lines };
    } else {
      this.#template.tellWorker(this.#forked.id, command);
    }
    const { lines, job } = this.#forked;
    return { lines, ended: job.ended };
  }

  log(): string {
    return this.#workspace.log.tail(this.#maxLogBytes);
  }

  async kill(): Promise<void> {
    if (this.#forked !== undefined) await this.#template.killWorker(this.#forked.id);
  }
}
