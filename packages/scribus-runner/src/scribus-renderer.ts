import { createHash } from 'node:crypto';
import {
  type ColorProfile,
  type FontFace,
  isPubpipeError,
  PubpipeError,
  type RenderControls,
  type Renderer,
  type RendererHealth,
  type RenderRequest,
  type RenderResult,
  throwIfCancelled,
  toPubpipeError,
} from '@pubpipe/core/driver';
import { closeOrLog } from './close-or-log.ts';
import { isCollectedName, isPackedName } from './document/document-names.ts';
import { sliceDocumentText } from './document/document-text.ts';
import { type InspectedDocument, inspectDocument, inspectDocumentText } from './document/inspect-document.ts';
import { refuseNewerSeries } from './document/refuse-newer.ts';
import { createEngine } from './engine/create-engine.ts';
import { reachOfAnyJob } from './engine/job-reach.ts';
import { openJobWorkspace } from './engine/job-workspace.ts';
import type { ScribusEngine } from './engine/scribus-engine.ts';
import { removeDeadWorkspaces } from './engine/workspace-owner.ts';
import { askLibraries } from './fonts/ask-libraries.ts';
import { Libraries } from './fonts/libraries.ts';
import { Installation } from './installation.ts';
import { PdfReader } from './pdf/pdf-reader.ts';
import type { ScripterHello } from './protocol/hello.ts';
import type { ScripterProtections } from './protocol/protections.ts';
import { FileHashes } from './provenance/file-hashes.ts';
import { LibraryFiles } from './provenance/library-files.ts';
import type { RenderPlaces } from './render-context.ts';
import { timedOut } from './render-failures.ts';
import { unpackRenderInput } from './render-input.ts';
import { RenderLine, type RenderPlace } from './render-line.ts';
import { type ParsedRenderRequest, parseRenderRequest } from './render-request.ts';
import { RenderRun } from './render-run.ts';
import {
  type ResolvedScribusRendererOptions,
  resolveScribusRendererOptions,
  type ScribusRendererOptions,
} from './scribus-renderer-options.ts';
import { StageClock } from './stage-clock.ts';
import { openStagingDirectory } from './staging-directory.ts';
import {
  type RecordOfTemplate,
  type TemplateOfRecords,
  type TemplateRenderer,
  templateRendering,
} from './template/template-rendering.ts';
import { TemplateSession } from './template/template-session.ts';
import { withinTime } from './within-time.ts';

/**
 * Builds a renderer on the Scribus that is installed. It starts nothing before its first use.
 *
 * Each render has a process of its own, with a HOME and a TMPDIR of its own, forked from a Scribus that is
 * kept warm. Its time counts from when its place is free, not while it waits in line.
 *
 * @throws PubpipeError `INVALID_INPUT` naming the option that is wrong.
 *
 * @example
 * ```ts
 * const renderer = createScribusRenderer({ slots: 2 });
 * ```
 */
export function createScribusRenderer(options: ScribusRendererOptions = {}): Renderer {
  return new ScribusRenderer(resolveScribusRendererOptions(options));
}

/** How a render is followed and ended. */
interface Following {
  readonly controls: RenderControls;
  readonly stages: StageClock;
  readonly signal: AbortSignal;
}

/** The same of a render that has its place. */
interface Placed extends Following {
  readonly place: RenderPlace;
  /** Where its process comes from and works, if not from this renderer's engine and in directories of its own. */
  readonly engine?: Pick<ScribusEngine, 'start'> | undefined;
  readonly places?: RenderPlaces | undefined;
}

/** See {@link createScribusRenderer}. */
export class ScribusRenderer implements Renderer, TemplateRenderer {
  readonly #options: ResolvedScribusRendererOptions;
  readonly #engine: ScribusEngine;
  readonly #libraries: Libraries;
  readonly #installation: Installation;
  readonly #line: RenderLine;
  readonly #pdfReader = new PdfReader();
  readonly #hashes = new FileHashes();
  readonly #libraryFiles = new LibraryFiles();
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #places: RenderPlaces = {
    openWorkspace: () => openJobWorkspace(this.#options.temporaryDirectory, this.#libraries),
    openStaging: (outputDirectory) => openStagingDirectory(outputDirectory),
  };
  #sweep: Promise<void> | undefined;

  constructor(options: ResolvedScribusRendererOptions) {
    this.#options = options;
    this.#libraries = new Libraries(options);
    this.#engine = createEngine(options, this.#libraries);
    this.#installation = new Installation(options, { engine: this.#engine, libraries: this.#libraries });
    this.#line = new RenderLine(options);
  }

  get slots(): number {
    return this.#line.slots;
  }

  render(request: RenderRequest, controls: RenderControls = {}): Promise<RenderResult> {
    return this.#follow(request, controls, (parsed, following) => this.#render(parsed, following));
  }

  [templateRendering](template: TemplateOfRecords): TemplateSession {
    return new TemplateSession(template, {
      options: this.#options,
      engine: this.#engine,
      libraries: this.#libraries,
      inspect: (path, signal) =>
        this.#inspectAt(path, template.inputDirectory, AbortSignal.any([this.#closing.signal, signal])),
      render: (request, record, controls) => this.#renderRecord(request, record, controls),
    });
  }

  /**
   * Begins what {@link ScribusRenderer.warmUp} does. Resolves when Scribus is started, long before it answers; why that
   * fails, whoever needs it hears.
   *
   * @throws PubpipeError `CLOSED`.
   */
  startAhead(): Promise<void> {
    return this.#track(() => this.#engine.startAhead());
  }

  async warmUp(): Promise<void> {
    this.#pdfReader.warmUp();
    await this.#track(() => Promise.all([this.#installation.probe(this.#closing.signal), this.#swept()]));
  }

  async health(): Promise<RendererHealth> {
    const places = { busy: this.#line.busy, slots: this.slots };
    try {
      const version = await this.#track(() => this.#installation.version(this.#closing.signal));
      return { ok: true, version, protections: this.#installation.protections, ...places };
    } catch (error) {
      // Health is an answer, not a failure: the reason goes into it.
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, reason, protections: this.#installation.protections, ...places };
    }
  }

  async fonts(): Promise<readonly FontFace[]> {
    return (await this.#track(() => this.#askLibraries())).fonts;
  }

  async profiles(): Promise<readonly ColorProfile[]> {
    return (await this.#track(() => this.#askLibraries())).profiles;
  }

  async close(): Promise<void> {
    this.#closing.abort(new PubpipeError('CLOSED', 'The renderer is closed.'));
    await Promise.allSettled(this.#underWay);
    await Promise.all([this.#engine.close(), this.#pdfReader.close()]);
    await this.#libraries.close();
    this.#line.close();
  }

  /** What all renders begin with, and what becomes of their errors. */
  #follow(
    request: RenderRequest,
    controls: RenderControls,
    work: (parsed: ParsedRenderRequest, following: Following) => Promise<RenderResult>,
  ): Promise<RenderResult> {
    return this.#track(async () => {
      const parsed = await parseRenderRequest(request, this.#options);
      const signal = AbortSignal.any([this.#closing.signal, ...(controls.signal ? [controls.signal] : [])]);
      throwIfCancelled(signal);
      try {
        const stages = new StageClock(controls.onProgress);
        stages.enter('waiting');
        this.#line.refuseIfFull();
        return await work(parsed, { controls, stages, signal });
      } catch (error) {
        throw toPubpipeError(error, 'INTERNAL', 'The render failed for an unexpected reason.');
      }
    });
  }

  async #render(request: ParsedRenderRequest, following: Following): Promise<RenderResult> {
    if (isCollectedName(request.documentPath)) return await this.#renderCollected(request, following);
    const document = await this.#inspect(request, following.signal);
    return await this.#withPlace(following.signal, (place) => this.#run(request, document, { ...following, place }));
  }

  /** Renders a record's document, which is there as text, with a process of its template. */
  #renderRecord(request: RenderRequest, record: RecordOfTemplate, controls: RenderControls): Promise<RenderResult> {
    return this.#follow(request, controls, async (parsed, following) => {
      const { signal } = following;
      const { maxDocumentBytes: maxBytes, screening } = this.#options;
      const { inputDirectory, documentPath } = parsed;
      const inspected = await this.#whileOpening(signal, (within) => {
        const slices = sliceDocumentText(record.text, { maxBytes, signal: within });
        return inspectDocumentText(documentPath, slices, { signal: within, inputDirectory, screening });
      });
      const document = { ...inspected, sha256: createHash('sha256').update(record.text).digest('hex') };
      return await this.#withPlace(signal, (place) => this.#run(parsed, document, { ...following, place, ...record }));
    });
  }

  /** A zip is unpacked, and what is in it inspected, when there is a place: those that wait take no room on the disk. */
  #renderCollected(collected: ParsedRenderRequest, following: Following): Promise<RenderResult> {
    const { temporaryDirectory, logger } = this.#options;
    return this.#withPlace(following.signal, async (place) => {
      const input = await unpackRenderInput(collected, { temporaryDirectory, signal: following.signal });
      try {
        const document = await this.#inspect(input.request, following.signal);
        return await this.#run(input.request, document, { ...following, place });
      } finally {
        await closeOrLog(input, logger);
      }
    });
  }

  async #withPlace<Result>(signal: AbortSignal, work: (place: RenderPlace) => Promise<Result>): Promise<Result> {
    await this.#swept();
    return await this.#line.withPlace(signal, work);
  }

  async #run(request: ParsedRenderRequest, document: InspectedDocument, following: Placed): Promise<RenderResult> {
    const { place, engine = this.#engine, places = this.#places } = following;
    // Until there is a PDF to read, it is ready for it.
    if (request.renditions.some(({ kind }) => kind === 'pdf')) this.#pdfReader.warmUp();
    try {
      const context = {
        ...following,
        options: this.#options,
        engine,
        places,
        pdfReader: this.#pdfReader,
        libraries: this.#libraries,
        hashes: this.#hashes,
        libraryFiles: this.#libraryFiles,
        document,
        onHello: (hello: ScripterHello) => {
          this.#installation.learn(hello);
          place.runs();
        },
        onRendered: place.rendered,
        onProtected: (protections: ScripterProtections) => this.#installation.learnProtections(protections),
      };
      return await new RenderRun(request, context).run();
    } catch (error) {
      if (isPubpipeError(error) && error.code === 'RENDERER_UNAVAILABLE') this.#installation.forget();
      throw error;
    }
  }

  /** Before anything is rendered, what killed processes have left is removed. */
  #swept(): Promise<void> {
    this.#sweep ??= removeDeadWorkspaces(this.#options.temporaryDirectory, this.#options.logger);
    return this.#sweep;
  }

  #askLibraries() {
    const { signal } = this.#closing;
    return this.#line.betweenRenders(signal, async () => {
      const workspace = await openJobWorkspace(this.#options.temporaryDirectory, this.#libraries);
      try {
        const within = AbortSignal.any([signal, AbortSignal.timeout(this.#options.timeoutMs)]);
        return await askLibraries(this.#options.profileDirectories, {
          engine: this.#engine,
          workspace,
          reach: reachOfAnyJob(this.#options, workspace),
          signal: within,
        });
      } finally {
        await closeOrLog(workspace, this.#options.logger);
      }
    });
  }

  #inspect({ documentPath, inputDirectory }: ParsedRenderRequest, signal: AbortSignal) {
    return this.#inspectAt(documentPath, inputDirectory, signal);
  }

  #inspectAt(documentPath: string, inputDirectory: string, signal: AbortSignal) {
    return this.#line.whileInspecting(signal, async () => {
      const { maxDocumentBytes: maxBytes, screening } = this.#options;
      const packed = isPackedName(documentPath);
      const document = await this.#whileOpening(signal, (within) =>
        inspectDocument(documentPath, { packed, maxBytes, signal: within, inputDirectory, screening }),
      );
      const { known: installedVersion } = this.#installation;
      if (installedVersion !== undefined) refuseNewerSeries(document.version, installedVersion);
      return document;
    });
  }

  /** Does what belongs to the opening of a document, which it may take no longer than. */
  #whileOpening<Result>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { openMs } = this.#options.limits;
    const missed = { stage: 'opening', timeoutMs: openMs, of: 'stage' } as const;
    return withinTime({ signal, timeoutMs: openMs, missed: () => timedOut(missed, '') }, work);
  }

  /** Refuses work after `close`, and lets `close` wait for what is under way. */
  async #track<Result>(work: () => Promise<Result>): Promise<Result> {
    throwIfCancelled(this.#closing.signal);
    const running = work();
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }
}
