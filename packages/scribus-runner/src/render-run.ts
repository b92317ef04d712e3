import {
  cancelled,
  type PreflightExpectations,
  type PreflightReport,
  PubpipeError,
  type RenderControls,
  type RenderResult,
  toPubpipeError,
} from '@pubpipe/core';
import { CheckedRenditions } from './checked-renditions.ts';
import { closeOrLog } from './close-or-log.ts';
import type { InspectedDocument } from './document/inspect-document.ts';
import { refuseNewerSeries } from './document/refuse-newer.ts';
import { openJobWorkspace } from './engine/job-workspace.ts';
import type { ScribusEngine, ScribusProcess } from './engine/scribus-engine.ts';
import { withScribus } from './engine/with-scribus.ts';
import type { Libraries } from './fonts/libraries.ts';
import { expectationsOf } from './preflight/expectations.ts';
import { failOnFindings } from './preflight/fail-on-findings.ts';
import { makeReport } from './preflight/make-report.ts';
import { neededProfiles } from './preflight/profile-findings.ts';
import type { PageSize, ScribusFacts, ScripterAnswer } from './protocol/answer.ts';
import type { ScripterRequest } from './protocol/request.ts';
import { checkProtocol, crashed, refused, timedOut } from './render-failures.ts';
import type { ParsedRenderRequest } from './render-request.ts';
import type { ResolvedScribusRendererOptions } from './scribus-renderer-options.ts';
import type { StageClock } from './stage-clock.ts';
import { openStagingDirectory, type StagingDirectory } from './staging-directory.ts';

// Scribus holds an image as a whole, 4 bytes a pixel, and more than once.
const maxPixels = 250_000_000;

/** What a render needs besides its request. */
export interface RenderContext {
  readonly options: ResolvedScribusRendererOptions;
  readonly engine: ScribusEngine;
  readonly libraries: Libraries;
  readonly document: InspectedDocument;
  readonly controls: RenderControls;
  readonly stages: StageClock;
  /** Aborts when the caller cancels or the renderer closes. */
  readonly signal: AbortSignal;
  /** Called with the version of Scribus as soon as it is known. */
  readonly onVersion: (version: string) => void;
}

/**
 * One render, from its free place to its end. Whatever ends it early (the caller, the time, a failed
 * check, an error thrown by a callback) aborts one signal, whose reason is the error it rejects with.
 */
export class RenderRun {
  readonly #request: ParsedRenderRequest;
  readonly #context: RenderContext;
  readonly #failure = new AbortController();
  readonly #signal: AbortSignal;
  readonly #expectations: PreflightExpectations;
  #scribusVersion = '';
  #pages: readonly PageSize[] = [];
  #preflight: PreflightReport | undefined;
  #done = false;

  constructor(request: ParsedRenderRequest, context: RenderContext) {
    this.#request = request;
    this.#context = context;
    this.#expectations = expectationsOf(request.profiles);
    this.#signal = AbortSignal.any([context.signal, this.#failure.signal]);
  }

  /** Renders. When it has settled, its processes, and all it wrote besides the result, are gone. */
  async run(): Promise<RenderResult> {
    const { options, stages, engine } = this.#context;
    const workspace = await openJobWorkspace(options.temporaryDirectory, this.#context.libraries);
    try {
      const staging = await openStagingDirectory(this.#request.outputDirectory);
      try {
        const renditions = this.#openRenditions(staging);
        await withScribus({ engine, workspace, signal: this.#signal }, (scribus) =>
          this.#follow(scribus, staging, renditions),
        );
        return {
          pageCount: this.#pages.length,
          renditions: renditions.renditions,
          findings: this.#preflight?.findings ?? [],
          preflight: this.#preflight,
          stageMs: stages.spentMs(),
          renderedBy: { name: 'scribus', version: this.#scribusVersion },
        };
      } finally {
        await closeOrLog(staging, options.logger);
      }
    } finally {
      await closeOrLog(workspace, options.logger);
    }
  }

  /** Takes what Scribus answers until the render is done or has failed, and then leaves nothing running. */
  async #follow(scribus: ScribusProcess, staging: StagingDirectory, renditions: CheckedRenditions): Promise<void> {
    const { timeoutMs } = this.#request;
    const { stages } = this.#context;
    const timer = setTimeout(() => this.#fail(timedOut(stages.stage, timeoutMs, scribus.log())), timeoutMs);
    try {
      this.#guard(() => stages.enter('starting'));
      for await (const answer of scribus.answers) {
        this.#guard(() => this.#take(answer, scribus, staging, renditions));
        if (this.#done || this.#signal.aborted) break;
      }
      // Scribus' own shutdown only takes time, and one that talks nonsense may never end.
      const end = this.#done || scribus.babble !== undefined ? await scribus.kill() : await scribus.ended();
      await renditions.settled();
      if (this.#signal.aborted) throw cancelled(this.#signal);
      if (!this.#done) throw crashed(end, { stage: stages.stage, babble: scribus.babble, log: scribus.log() });
    } finally {
      clearTimeout(timer);
    }
  }

  #take(
    answer: ScripterAnswer,
    scribus: ScribusProcess,
    staging: StagingDirectory,
    renditions: CheckedRenditions,
  ): void {
    const { stages, document } = this.#context;
    switch (answer.type) {
      case 'hello':
        checkProtocol(answer.protocol);
        this.#scribusVersion = answer.scribus;
        this.#context.onVersion(answer.scribus);
        refuseNewerSeries(document.version, answer.scribus);
        stages.enter('opening');
        scribus.send(this.#toScripterRequest(staging));
        break;
      case 'opened':
        this.#pages = answer.pages;
        this.#checkPageNumbers();
        this.#checkImageSizes();
        stages.tell({ pageCount: answer.pages.length });
        break;
      case 'preflight':
        this.#check(answer);
        break;
      case 'libraries':
        break;
      case 'exporting':
        stages.enter('exporting');
        break;
      case 'rendition':
        renditions.add(answer, this.#pages);
        break;
      case 'done':
        renditions.end(this.#pages);
        this.#done = true;
        stages.enter('checking');
        break;
      case 'failed':
        throw refused(answer, { document, scribusVersion: this.#scribusVersion, log: scribus.log() });
    }
  }

  #openRenditions(staging: StagingDirectory): CheckedRenditions {
    const { options, controls, stages } = this.#context;
    let pagesDone = 0;
    return new CheckedRenditions({
      request: this.#request,
      staging,
      pdfinfo: options.pdfinfo,
      signal: this.#signal,
      onFailure: (error) => this.#fail(error),
      onRendition: (rendition) => {
        controls.onRendition?.(rendition);
        if (rendition.kind === 'png') stages.tell({ pagesDone: ++pagesDone });
      },
    });
  }

  #toScripterRequest(staging: StagingDirectory): ScripterRequest {
    const { documentPath, png, pdf } = this.#request;
    const { facts } = this.#context.document;
    return {
      type: 'render',
      document: documentPath,
      linkedImages: this.#context.document.linkedImages,
      preflight: {
        fonts: facts.fonts.map(({ name }) => name),
        masters: facts.masters,
        profiles: neededProfiles(facts, this.#expectations),
        profileDirectories: this.#context.options.profileDirectories,
      },
      outputDirectory: staging.directory,
      png: png === undefined ? null : { dpi: png.dpi, pages: png.pages ?? null },
      pdf: pdf !== undefined,
    };
  }

  #check(scribus: ScribusFacts): void {
    const { version, facts } = this.#context.document;
    const sources = { version, document: facts, scribus, pages: this.#pages, expectations: this.#expectations };
    this.#preflight = makeReport(sources);
    failOnFindings(this.#preflight, this.#request.failOn);
  }

  #checkPageNumbers(): void {
    const beyond = this.#request.png?.pages?.find((page) => page > this.#pages.length);
    if (beyond === undefined) return;
    throw new PubpipeError('INVALID_INPUT', `The document has no page ${beyond}: it has ${this.#pages.length}.`, {
      details: { page: beyond, pageCount: this.#pages.length },
    });
  }

  #checkImageSizes(): void {
    const { png } = this.#request;
    if (png === undefined) return;
    for (const [index, { widthPt, heightPt }] of this.#pages.entries()) {
      const page = index + 1;
      const pixels = Math.round((widthPt * heightPt * png.dpi ** 2) / 72 ** 2);
      if (pixels <= maxPixels || png.pages?.includes(page) === false) continue;
      throw new PubpipeError(
        'INVALID_INPUT',
        `The image of page ${page} would have ${pixels} pixels, more than ${maxPixels}: ask for fewer dpi.`,
        { details: { page, pixels } },
      );
    }
  }

  /** Runs a step, whose failure ends the render; after the end nothing is run. */
  #guard(step: () => void): void {
    if (this.#signal.aborted) return;
    try {
      step();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure.abort(toPubpipeError(error, 'INTERNAL', 'The render failed for an unexpected reason.'));
  }
}
