import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AssetName,
  type MadeBy,
  type RenderControls,
  type Renderer,
  type RenderRequest,
  type RenderResult,
  unlessAborted,
} from '@pubpipe/core/driver';
import { isTemplateRenderer, type RecordRenderer, templateRendering } from '../template/template-rendering.ts';
import { nameBeside, writable } from './document-beside.ts';
import type { ResolvedMergeRequest } from './merge-request.ts';
import type { FilledTemplate } from './template/merge-template.ts';
import { templateOf } from './template/open-template.ts';
import type { TemplateEdits } from './template/template-edits.ts';

/** A document that is to be rendered, and how. */
export interface FastDocument extends FilledTemplate {
  readonly title: string;
  readonly request: Omit<RenderRequest, 'inputDirectory' | 'document'>;
  readonly controls: RenderControls;
}

/** How documents are made unless something about one of them is against it. */
export function plannedPath(
  renderer: Renderer,
  { template, fastPath }: Pick<ResolvedMergeRequest, 'template' | 'fastPath'>,
): MadeBy {
  const refused = fastPath ? template.fastPathRefused : 'it was not to be taken';
  const pathReason = refused ?? (isTemplateRenderer(renderer) ? undefined : 'the renderer opens no templates');
  return pathReason === undefined ? { path: 'fast' } : { path: 'xml', pathReason };
}

/** Renders documents by editing a template that is open, where renderer, template and document allow it. */
export class FastPath {
  readonly #renderer: Renderer;
  readonly #request: ResolvedMergeRequest;
  readonly #editing: TemplateEdits;
  readonly #document: AssetName;
  /** How documents are made unless something about one of them is against it. */
  readonly planned: MadeBy;
  #opening: Promise<string | undefined> | undefined;
  #records: RecordRenderer | undefined;

  constructor(renderer: Renderer, request: ResolvedMergeRequest) {
    this.#renderer = renderer;
    this.#request = request;
    this.#editing = templateOf(request.template).editing;
    this.#document = nameBeside(request.template, randomUUID());
    this.planned = plannedPath(renderer, request);
  }

  /** Renders a document, or says why it has to be made otherwise. Rejects as `Renderer.render`. */
  async render(document: FastDocument): Promise<{ readonly result: RenderResult } | { readonly reason: string }> {
    const { text, title, edits, request, controls } = document;
    const { pathReason } = this.planned;
    if (pathReason !== undefined) return { reason: pathReason };
    if ('reason' in edits) return edits;
    this.#opening ??= this.#open();
    const reason = await unlessAborted(this.#opening, controls.signal);
    if (reason !== undefined || this.#records === undefined) return { reason: reason ?? 'it is closed' };
    const { inputDirectory } = this.#request.template;
    const outcome = await this.#records.render(
      { ...request, inputDirectory, document: this.#document },
      { text, title, ...edits },
      controls,
    );
    return 'lost' in outcome ? { reason: outcome.lost } : outcome;
  }

  /** Ends its processes and removes what it wrote. No render may be under way. */
  async close(): Promise<void> {
    try {
      await this.#records?.close();
    } finally {
      // Whoever rendered has heard of a failure.
      await this.#opening?.catch(() => undefined);
      await rm(this.#path, { force: true });
    }
  }

  get #path(): string {
    return join(this.#request.template.inputDirectory, this.#document);
  }

  async #open(): Promise<string | undefined> {
    if (!isTemplateRenderer(this.#renderer)) return this.planned.pathReason;
    const { inputDirectory } = this.#request.template;
    const place = { inputDirectory, document: this.#document };
    // From now on it can be closed, also while this is under way.
    this.#records = this.#renderer[templateRendering]({ ...place, frames: this.#editing.frames });
    await writable(writeFile(this.#path, this.#editing.document, { flag: 'wx' }));
    return await this.#records.open();
  }
}
