import {
  type ErrorCode,
  isPubpipeError,
  PubpipeError,
  type RenderControls,
  type RenderRequest,
  type RenderResult,
  unlessAborted,
} from '@pubpipe/core/driver';
import type { InspectedDocument } from '../document/inspect-document.ts';
import type { RecordProcess, ScribusEngine } from '../engine/scribus-engine.ts';
import type { Libraries } from '../fonts/libraries.ts';
import type { ResolvedScribusRendererOptions } from '../scribus-renderer-options.ts';
import { OpenTemplate } from './open-template.ts';
import type {
  RecordEdits,
  RecordOfTemplate,
  RecordOutcome,
  RecordRenderer,
  TemplateOfRecords,
} from './template-rendering.ts';

/** What a session needs of its renderer. */
export interface TemplateSessionContext {
  readonly options: ResolvedScribusRendererOptions;
  readonly engine: ScribusEngine;
  readonly libraries: Libraries;
  readonly inspect: (path: string, signal: AbortSignal) => Promise<InspectedDocument>;
  readonly render: (
    request: RenderRequest,
    record: RecordOfTemplate,
    controls: RenderControls,
  ) => Promise<RenderResult>;
}

/** So that what a process gathers has an end. */
const maxRecords = 1000;
/** So many processes in a row may die before their records are made otherwise. */
const maxDeaths = 3;

/** Keeps a process that has the template open, and opens it anew when that one has died or made enough records. */
export class TemplateSession implements RecordRenderer {
  readonly #template: TemplateOfRecords;
  readonly #context: TemplateSessionContext;
  readonly #opened = new Set<OpenTemplate>();
  readonly #closing = new AbortController();
  #current: Promise<OpenTemplate | string> | undefined;
  #deaths = 0;

  constructor(template: TemplateOfRecords, context: TemplateSessionContext) {
    this.#template = template;
    this.#context = context;
  }

  async open(): Promise<string | undefined> {
    const opened = await this.#take();
    return typeof opened === 'string' ? opened : undefined;
  }

  async render(request: RenderRequest, edits: RecordEdits, controls: RenderControls = {}): Promise<RecordOutcome> {
    const template = await this.#take(controls.signal);
    if (typeof template === 'string') return { lost: template };
    const worker = template.takeWorker(edits.frames);
    const isFirst = worker.records === 0;
    let process: RecordProcess | undefined;
    let isKept = false;
    let isMade = false;
    const keep = () => {
      isKept = true;
      template.keepWorker(worker);
    };
    const engine: RecordOfTemplate['engine'] = {
      start() {
        process = worker.start(edits, keep);
        return process;
      },
    };
    try {
      const record = { text: edits.text, engine, places: worker.places };
      const result = await this.#context.render(request, record, controls);
      isMade = true;
      this.#deaths = 0;
      return { result };
    } catch (error) {
      const lost = whyLost(error, { process, isFirst });
      if (lost === undefined) throw error;
      return { lost };
    } finally {
      // One that was kept is dropped too when a file of it fails, which is checked after it was made.
      if (!isKept || !isMade) template.dropWorker(worker);
      await template.endRecord(worker);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new PubpipeError('CLOSED', 'The template is closed.'));
    await this.#current;
    await Promise.all([...this.#opened].map((template) => template.close()));
  }

  /** A template that is open and may be used for one more record; or why there is none. Rejects when `signal` aborts. */
  async #take(signal?: AbortSignal): Promise<OpenTemplate | string> {
    for (;;) {
      this.#current ??= this.#open();
      const current = this.#current;
      const template = await unlessAborted(current, signal);
      if (typeof template === 'string') return template;
      if (this.#closing.signal.aborted) return 'it is closed';
      if (!template.isGone && template.process.records < maxRecords) return template;
      if (this.#current === current) {
        this.#current = undefined;
        this.#deaths += template.isGone ? 1 : 0;
        // Records of it may be under way: it is closed by the last of them.
        template.retire();
      }
    }
  }

  async #open(): Promise<OpenTemplate | string> {
    if (this.#deaths >= maxDeaths) return 'the process of the template died again and again';
    const opened = await OpenTemplate.open(this.#template, this.#context, this.#closing.signal);
    if (typeof opened !== 'string') {
      this.#opened.add(opened);
      void opened.closed.then(() => this.#opened.delete(opened));
    }
    return opened;
  }
}

/** What ends a record whoever makes it. */
const ownFailures: ReadonlySet<ErrorCode> = new Set([
  'CANCELLED',
  'CLOSED',
  'OUTPUT_UNWRITABLE',
  'PREFLIGHT_FAILED',
  'RENDER_TIMEOUT',
]);

/** Why a failed record is to be made otherwise; undefined when the failure is its own. */
function whyLost(
  error: unknown,
  { process, isFirst }: { readonly process: RecordProcess | undefined; readonly isFirst: boolean },
): string | undefined {
  if (!isPubpipeError(error) || ownFailures.has(error.code)) return undefined;
  // What has ended the record for another reason ended its process too.
  if (error.code === 'RENDERER_CRASHED' && process?.lost !== undefined) return process.lost;
  // No process was asked for one that was refused before.
  if (process === undefined) return undefined;
  return isFirst ? undefined : `it failed in a process that had made others: ${error.code}`;
}
