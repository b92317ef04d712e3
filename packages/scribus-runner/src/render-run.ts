import {
  cancelled,
  type PreflightExpectations,
  type PreflightReport,
  type RenderControls,
  type RenderResult,
  type RenderStage,
  toPubpipeError,
} from '@pubpipe/core';
import { CheckedRenditions } from './checked-renditions.ts';
import { closeOrLog } from './close-or-log.ts';
import type { InspectedDocument } from './document/inspect-document.ts';
import { refuseNewerSeries } from './document/refuse-newer.ts';
import { type JobReach, reachOfAnyJob } from './engine/job-reach.ts';
import { type JobWorkspace, openJobWorkspace } from './engine/job-workspace.ts';
import type { ScribusEngine, ScribusProcess } from './engine/scribus-engine.ts';
import { withScribus } from './engine/with-scribus.ts';
import type { Libraries } from './fonts/libraries.ts';
import { checkOutputSize, checkPageCount, limitReached } from './limit-failures.ts';
import type { PdfReader } from './pdf/pdf-reader.ts';
import { expectationsOf } from './preflight/expectations.ts';
import { failOnFindings } from './preflight/fail-on-findings.ts';
import { makeReport } from './preflight/make-report.ts';
import type { PageSize, ScribusFacts, ScripterAnswer } from './protocol/answer.ts';
import type { ScripterHello } from './protocol/hello.ts';
import type { ScripterProtections } from './protocol/protections.ts';
import type { FileHashes } from './provenance/file-hashes.ts';
import type { LibraryFiles } from './provenance/library-files.ts';
import { ProvenanceAccount } from './provenance/provenance-account.ts';
import { checkProtocol, crashed, refused, timedOut } from './render-failures.ts';
import type { ParsedRenderRequest } from './render-request.ts';
import { fitDocument } from './request/fit-document.ts';
import { refuseMissingOutputIntent } from './request/missing-output-intent.ts';
import type { ResolvedScribusRendererOptions } from './scribus-renderer-options.ts';
import type { StageClock } from './stage-clock.ts';
import { StageDeadlines } from './stage-deadlines.ts';
import { openStagingDirectory, type StagingDirectory } from './staging-directory.ts';
import { toScripterRequest } from './to-scripter-request.ts';

/** What a render needs besides its request. */
export interface RenderContext {
  readonly options: ResolvedScribusRendererOptions;
  readonly engine: ScribusEngine;
  readonly pdfReader: PdfReader;
  readonly libraries: Libraries;
  readonly hashes: FileHashes;
  readonly libraryFiles: LibraryFiles;
  readonly document: InspectedDocument;
  readonly controls: RenderControls;
  readonly stages: StageClock;
  /** Aborts when the caller cancels or the renderer closes. */
  readonly signal: AbortSignal;
  /** Called when Scribus runs, with what it tells of itself. */
  readonly onHello: (hello: ScripterHello) => void;
  /** Called when the sandbox is entered, with what is in force. */
  readonly onProtected: (protections: ScripterProtections) => void;
}

/** Where one render's files lie. */
interface RenderPlaces {
  readonly staging: StagingDirectory;
  readonly reach: JobReach;
  readonly renditions: CheckedRenditions;
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
  readonly #provenance: ProvenanceAccount;
  #scribusVersion = '';
  #pages: readonly PageSize[] = [];
  #preflight: PreflightReport | undefined;
  #protected = false;
  #done = false;
  #deadlines: StageDeadlines | undefined;

  constructor(request: ParsedRenderRequest, context: RenderContext) {
    this.#request = request;
    this.#context = context;
    this.#expectations = expectationsOf(request.profiles);
    this.#signal = AbortSignal.any([context.signal, this.#failure.signal]);
    this.#provenance = new ProvenanceAccount({ ...context, request });
  }

  /** Renders. When it has settled, its processes, and all it wrote besides the result, are gone. */
  async run(): Promise<RenderResult> {
    const { options, stages, engine } = this.#context;
    const workspace = await openJobWorkspace(options.temporaryDirectory, this.#context.libraries);
    try {
      const staging = await openStagingDirectory(this.#request.outputDirectory);
      try {
        const renditions = this.#openRenditions(staging);
        const reach = this.#reach(staging, workspace);
        await withScribus({ engine, workspace, reach, signal: this.#signal }, (scribus) =>
          this.#follow(scribus, { staging, reach, renditions }),
        );
        return {
          pageCount: this.#pages.length,
          renditions: renditions.renditions,
          findings: this.#preflight?.findings ?? [],
          preflight: this.#preflight,
          stageMs: stages.spentMs(),
          renderedBy: { name: 'scribus', version: this.#scribusVersion },
          provenance: await this.#provenance.result(),
        };
      } finally {
        await closeOrLog(staging, options.logger);
      }
    } finally {
      await closeOrLog(workspace, options.logger);
    }
  }

  /** Takes what Scribus answers until the render is done or has failed, and then leaves nothing running. */
  async #follow(scribus: ScribusProcess, places: RenderPlaces): Promise<void> {
    const { options, stages } = this.#context;
    this.#deadlines = new StageDeadlines(options.limits, this.#request.timeoutMs, (missed) =>
      this.#fail(timedOut(missed, scribus.log())),
    );
    try {
      this.#guard(() => this.#enter('starting'));
      for await (const answer of scribus.answers) {
        this.#guard(() => this.#take(answer, scribus, places));
        if (this.#done || this.#signal.aborted) break;
      }
      // Scribus' own shutdown only takes time, and one that talks nonsense may never end.
      const end = this.#done || scribus.babble !== undefined ? await scribus.kill() : await scribus.ended();
      await places.renditions.settled();
      if (this.#signal.aborted) throw cancelled(this.#signal);
      if (!this.#done) {
        const at = { stage: stages.stage, babble: scribus.babble, log: scribus.log() };
        throw limitReached(end, options.limits, at) ?? crashed(end, at);
      }
    } finally {
      this.#deadlines.stop();
    }
  }

  #take(answer: ScripterAnswer, scribus: ScribusProcess, { staging, reach, renditions }: RenderPlaces): void {
    const { stages, document } = this.#context;
    switch (answer.type) {
      case 'hello':
        checkProtocol(answer.protocol);
        this.#scribusVersion = answer.scribus;
        this.#context.onHello(answer);
        refuseNewerSeries(document.version, answer.scribus);
        this.#enter('opening');
        scribus.send(
          toScripterRequest({
            ...this.#context,
            request: this.#request,
            expectations: this.#expectations,
            outputDirectory: staging.directory,
            reach,
            libraries: this.#provenance.begin(answer),
          }),
        );
        break;
      case 'protected':
        // What is said later may be the document's.
        if (!this.#protected) this.#context.onProtected(answer.protections);
        this.#protected = true;
        break;
      case 'opened':
        this.#pages = answer.pages;
        checkPageCount(answer.pages.length, this.#context.options.limits);
        fitDocument(this.#request.renditions, answer.pages);
        stages.tell({ pageCount: answer.pages.length });
        break;
      case 'preflight':
        this.#check(answer);
        break;
      case 'libraries':
        // What a process says after it has opened a document may be the document's word.
        if (this.#pages.length === 0) this.#provenance.learn(answer);
        break;
      case 'exporting':
        this.#enter('exporting');
        this.#provenance.start(this.#preflight, this.#signal);
        break;
      case 'rendition':
        renditions.add(answer, this.#pages);
        break;
      case 'done':
        renditions.end(this.#pages);
        this.#done = true;
        this.#enter('checking');
        break;
      case 'failed':
        throw refused(answer, { document, scribusVersion: this.#scribusVersion, log: scribus.log() });
    }
  }

  #openRenditions(staging: StagingDirectory): CheckedRenditions {
    const { options, controls, stages, pdfReader } = this.#context;
    let pagesDone = 0;
    let byteSize = 0;
    return new CheckedRenditions({
      request: this.#request,
      staging,
      pdfReader,
      pdfinfo: options.pdfinfo,
      document: this.#context.document.facts,
      afterExport: options.afterExport,
      checkRendition: options.checkRendition,
      documentDate: options.documentDate,
      signal: this.#signal,
      onFailure: (error) => this.#fail(error),
      onRendition: (rendition) => {
        byteSize += rendition.byteSize;
        checkOutputSize(byteSize, options.limits);
        controls.onRendition?.(rendition);
        if (rendition.page !== undefined) stages.tell({ pagesDone: ++pagesDone });
      },
    });
  }

  #reach(staging: StagingDirectory, workspace: JobWorkspace): JobReach {
    const { readPaths, writePaths } = reachOfAnyJob(this.#context.options, workspace);
    return {
      readPaths: [this.#request.inputDirectory, ...readPaths],
      writePaths: [...writePaths, staging.directory],
    };
  }

  #check(scribus: ScribusFacts): void {
    const { version, facts } = this.#context.document;
    const sources = { version, document: facts, scribus, pages: this.#pages, expectations: this.#expectations };
    refuseMissingOutputIntent(this.#request.renditions, scribus.profiles);
    this.#preflight = makeReport(sources);
    failOnFindings(this.#preflight, this.#request.failOn);
  }

  #enter(stage: RenderStage): void {
    this.#deadlines?.enter(stage);
    this.#context.stages.enter(stage);
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
