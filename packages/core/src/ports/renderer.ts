import type { AssetName } from './asset-name.ts';
import type { ColorProfile, FontFace } from './font-face.ts';
import type { PreflightCheck, PreflightFinding, PreflightReport } from './preflight.ts';
import type { RenderProvenance } from './provenance.ts';
import type { Rendition, RenditionRequest } from './renditions.ts';

/** What to render, and where. */
export interface RenderRequest {
  /** Absolute path of the directory with the document and the files beside it. The renderer only reads it. */
  readonly inputDirectory: string;
  /** The document's path inside `inputDirectory`. */
  readonly document: AssetName;
  /** Absolute path of an existing, empty directory. The caller owns it and removes it. */
  readonly outputDirectory: string;
  /** 1 to 20, whose files have different names. */
  readonly renditions: readonly RenditionRequest[];
  /** Which findings are failures. @defaultValue `defaultFailOn` of the profiles that are asked for */
  readonly failOn?: readonly PreflightCheck[] | undefined;
  /** Upper bound of the whole render, in milliseconds. @defaultValue the renderer's own */
  readonly timeoutMs?: number | undefined;
}

/** The steps of a render, in their order. `waiting` is for a free place, `checking` the truth check. */
export const renderStages = ['waiting', 'starting', 'opening', 'exporting', 'checking'] as const;

/** A step of a render. */
export type RenderStage = (typeof renderStages)[number];

/** How far a render is. */
export interface RenderProgress {
  readonly stage: RenderStage;
  /** Pages of the document, once it has been opened. */
  readonly pageCount?: number | undefined;
  /** Page images that are finished. */
  readonly pagesDone?: number | undefined;
  /** Of a merge: records whose documents are published. */
  readonly recordsDone?: number | undefined;
  /** Of a merge: records whose documents failed. */
  readonly recordsFailed?: number | undefined;
  /** Of a merge: records that are wanted, once the data has been read. */
  readonly recordsTotal?: number | undefined;
}

/** What a render produced. */
export interface RenderResult {
  /** Pages of the document. */
  readonly pageCount: number;
  /** All renditions, in the order in which they were handed over. */
  readonly renditions: readonly Rendition[];
  /** What the document check found and `failOn` let pass. */
  readonly findings: readonly PreflightFinding[];
  /** All that the document check knows of the document; its findings are `findings`. Absent from renderers without one. */
  readonly preflight?: PreflightReport | undefined;
  /** Milliseconds spent in each stage. */
  readonly stageMs: Readonly<Partial<Record<RenderStage, number>>>;
  /** What rendered it, for example `{ name: 'scribus', version: '1.5.8' }`. */
  readonly renderedBy: { readonly name: string; readonly version: string };
  /** What the result was made of, if the renderer keeps account of it. */
  readonly provenance?: RenderProvenance | undefined;
}

/** How a caller follows and ends a render. */
export interface RenderControls {
  /** Ends the render at once, with every process it started: it rejects with `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** Called at each step. Never called after `render` has settled. What it throws fails the render. */
  readonly onProgress?: ((progress: RenderProgress) => void) | undefined;
  /**
   * Called with each finished, checked file while others are still being made. The file has the bytes that were
   * checked, whatever becomes of the render, and stays until the caller removes the output directory. What it throws fails the render.
   */
  readonly onRendition?: ((rendition: Rendition) => void) | undefined;
}

/** What keeps a document from the rest of the machine, and from the documents of others. */
export interface RendererProtections {
  /** Documents are looked through, and dangerous ones refused, before the program sees them. */
  readonly screening: boolean;
  /** Programs that the renderer starts gain no privileges. */
  readonly noNewPrivileges: boolean;
  /** A render reaches its own files only, by this version of Linux' Landlock; 0 is without. */
  readonly landlock: number;
  /** A render sees its own files only, and no network, by bubblewrap: where there is no Landlock. */
  readonly bubblewrap: boolean;
  /** A render makes only the system calls that it needs. */
  readonly seccomp: boolean;
  /** Processor time, memory and output of a render are bounded by the system. */
  readonly limits: boolean;
}

/** How a renderer is. */
export interface RendererHealth {
  /** Whether a render may be expected to work. */
  readonly ok: boolean;
  /** Version of the program behind it, as it says it, such as `1.5.8`. */
  readonly version?: string | undefined;
  /** Renders under way. */
  readonly busy: number;
  /** Renders that can be under way at once. */
  readonly slots: number;
  /** Which protections are in force in a render; absent while that is not known, and where a renderer can't tell. */
  readonly protections?: RendererProtections | undefined;
  /** Why it is not `ok`. */
  readonly reason?: string | undefined;
}

/**
 * Turns a document into output files. Renders may run concurrently, up to `slots`; more wait in line.
 *
 * A renderer never tries a render again: that is the pipeline's decision.
 */
export interface Renderer {
  /** Renders that can be under way at once. */
  readonly slots: number;

  /**
   * Renders one document. It resolves only when every rendition that was asked for exists, is whole
   * and matches the request; a partial or wrong file is a failure, never a result. When it has
   * settled, no process that it started is left, and nothing is written any more. One document's
   * failure does not disturb another's.
   *
   * @throws PubpipeError `INVALID_INPUT` when the request is not one, before anything is started; and when
   * it asks for a page that the document turns out not to have, details `page`, `pageCount`, or for a printer
   * profile that is not there, details `profile`.
   * @throws PubpipeError `DOCUMENT_EMPTY`, `DOCUMENT_TRUNCATED`, `DOCUMENT_UNREADABLE` when the
   * document is not a whole Scribus document.
   * @throws PubpipeError `DOCUMENT_TOO_NEW` when a newer program made it; details `documentVersion`,
   * `installedVersion`.
   * @throws PubpipeError `PREFLIGHT_FAILED` when a check named in `failOn` found something; details `findings`,
   * and `preflight`, the whole report, from renderers that make one.
   * @throws PubpipeError `RENDERER_CRASHED` when the program died.
   * @throws PubpipeError `RENDER_TIMEOUT` when it took too long; details `stage`, `timeoutMs`.
   * @throws PubpipeError `RENDER_FAILED` when the program refused the export.
   * @throws PubpipeError `OUTPUT_UNWRITABLE` when an output file can't be written.
   * @throws PubpipeError `OUTPUT_MISMATCH` when an output file is not what was asked; details `asked`, `got`.
   * @throws PubpipeError `RENDERER_UNAVAILABLE` when the program can't be started.
   * @throws PubpipeError `CANCELLED` when `signal` aborts first.
   * @throws PubpipeError `CLOSED` after `close`.
   */
  render(request: RenderRequest, controls?: RenderControls): Promise<RenderResult>;

  /** Does ahead of the first render what can be done ahead. Calling it is optional. */
  warmUp(): Promise<void>;

  /** Says how the renderer is; answers within seconds and does not throw. */
  health(): Promise<RendererHealth>;

  /**
   * Lists the fonts that every document can use, by name; those that come with a document are not among
   * them. Absent where a renderer can't tell.
   *
   * @throws PubpipeError `RENDERER_UNAVAILABLE` when the program can't be started.
   * @throws PubpipeError `CLOSED` after `close`.
   */
  fonts?(): Promise<readonly FontFace[]>;

  /** Lists the ICC profiles that every document can use, by name. Otherwise like `fonts`. */
  profiles?(): Promise<readonly ColorProfile[]>;

  /** Ends all renders under way with `CLOSED` and waits until their processes are gone. Idempotent. */
  close(): Promise<void>;
}
