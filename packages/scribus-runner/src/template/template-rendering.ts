import type { AssetName, RenderControls, Renderer, RenderRequest, RenderResult } from '@pubpipe/core/driver';
import type { ScribusEngine } from '../engine/scribus-engine.ts';
import type { EditedFrame, FrameEdits } from '../protocol/edits.ts';
import type { RenderPlaces } from '../render-context.ts';

/** Where a renderer has what only this package asks it for. The same in another copy of it. */
export const templateRendering: unique symbol = Symbol.for('pubpipe.scribus-runner.template-rendering');

/** A document that is opened once, to make the documents of records of it. */
export interface TemplateOfRecords {
  /** Absolute path. */
  readonly inputDirectory: string;
  /** Its path inside `inputDirectory`. It stays there until the session is closed. */
  readonly document: AssetName;
  /** The texts that records change. */
  readonly frames: readonly EditedFrame[];
}

/** What a record makes of the template. */
export interface RecordEdits {
  /** The whole document that comes of it: what of a document is checked without Scribus is checked on this. */
  readonly text: string;
  /** Title of a document that has none. */
  readonly title: string;
  readonly frames: readonly FrameEdits[];
  /** Those that can't be undone: see `SpentEdits`. */
  readonly spent: readonly FrameEdits[];
}

/** The document of one record, the process that makes it, and where. */
export interface RecordOfTemplate {
  readonly text: string;
  readonly engine: Pick<ScribusEngine, 'start'>;
  readonly places: RenderPlaces;
}

/** The result of a record, or why it was not made, which says nothing against the record. */
export type RecordOutcome = { readonly result: RenderResult } | { readonly lost: string };

/** A template that is open, or is opened again when it has to be. */
export interface RecordRenderer {
  /** Opens the template. Resolves with why no records can be made of it, or that it was closed first; undefined when they can. Never rejects. */
  open(): Promise<string | undefined>;
  /** Renders a record as `Renderer.render` renders a document, and rejects as it does. `document` is the template's. */
  render(request: RenderRequest, edits: RecordEdits, controls?: RenderControls): Promise<RecordOutcome>;
  /** Ends all processes, also one that is opening the template, and removes what they wrote. No render may be under way. */
  close(): Promise<void>;
}

/** A renderer that can make documents of a template that it opens once. */
export interface TemplateRenderer {
  [templateRendering](template: TemplateOfRecords): RecordRenderer;
}

/** Whether a renderer is one of those. */
export const isTemplateRenderer = (renderer: Renderer): renderer is Renderer & TemplateRenderer =>
  typeof (renderer as Partial<TemplateRenderer>)[templateRendering] === 'function';
