import type { PreflightExpectations, PreflightReport, RenderProvenance, RenderStage } from '@pubpipe/core/driver';
import { CheckedRenditions } from './checked-renditions.ts';
import { refuseNewerSeries } from './document/refuse-newer.ts';
import type { JobReach } from './engine/job-reach.ts';
import type { ScribusProcess } from './engine/scribus-engine.ts';
import { checkOutputSize, checkPageCount } from './limit-failures.ts';
import { expectationsOf } from './preflight/expectations.ts';
import { failOnFindings } from './preflight/fail-on-findings.ts';
import { makeReport } from './preflight/make-report.ts';
import type { PageSize, ScribusFacts, ScripterAnswer } from './protocol/answer.ts';
import { AnswerTurns } from './protocol/answer-turns.ts';
import { ProvenanceAccount } from './provenance/provenance-account.ts';
import type { RenderContext } from './render-context.ts';
import { checkProtocol, refused, spokeNonsense } from './render-failures.ts';
import type { ParsedRenderRequest } from './render-request.ts';
import { fitDocument } from './request/fit-document.ts';
import { refuseMissingOutputIntent, refuseMissingOwnOutputIntent } from './request/missing-output-intent.ts';
import type { StagingDirectory } from './staging-directory.ts';
import { toScripterRequest } from './to-scripter-request.ts';

/** What a {@link RenderDialogue} needs besides the request and the context of its render. */
export interface RenderDialogueOptions {
  readonly staging: StagingDirectory;
  readonly reach: JobReach;
  /** Aborts when the render ends early. */
  readonly signal: AbortSignal;
  /** Called when a stage begins. */
  readonly onStage: (stage: RenderStage) => void;
  /** Called with the error of a failed check. */
  readonly onFailure: (error: unknown) => void;
}

/** What Scribus is asked for one render, and what is made of its answers. */
export class RenderDialogue {
  readonly renditions: CheckedRenditions;
  readonly #request: ParsedRenderRequest;
  readonly #context: RenderContext;
  readonly #options: RenderDialogueOptions;
  readonly #expectations: PreflightExpectations;
  readonly #provenance: ProvenanceAccount;
  #scribusVersion = '';
  #pages: readonly PageSize[] = [];
  #preflight: PreflightReport | undefined;
  readonly #turns = new AnswerTurns();
  #asksLibraries = false;
  #done = false;

  constructor(request: ParsedRenderRequest, context: RenderContext, options: RenderDialogueOptions) {
    this.#request = request;
    this.#context = context;
    this.#options = options;
    this.#expectations = expectationsOf(request.profiles);
    this.#provenance = new ProvenanceAccount({ ...context, request });
    this.renditions = this.#openRenditions();
  }

  /** Whether Scribus has said its last word, and a good one. */
  get done(): boolean {
    return this.#done;
  }

  /** Version of Scribus, once it has said hello. */
  get scribusVersion(): string {
    return this.#scribusVersion;
  }

  get pageCount(): number {
    return this.#pages.length;
  }

  /** What the document check found, once it was made. */
  get preflight(): PreflightReport | undefined {
    return this.#preflight;
  }

  /** What the result is made of. Rejects as `buildRenderProvenance`. */
  provenance(): Promise<RenderProvenance> {
    return this.#provenance.result(this.#preflight, this.#options.signal);
  }

  /**
   * Takes one answer.
   *
   * @throws PubpipeError when it means the end of the render.
   */
  take(answer: ScripterAnswer, scribus: ScribusProcess): void {
    const { onStage } = this.#options;
    if (!this.#turns.takes(answer, { libraries: this.#asksLibraries })) {
      throw spokeNonsense(answer.type, { stage: this.#context.stages.stage, log: scribus.log() });
    }
    switch (answer.type) {
      case 'hello':
        this.#begin(answer, scribus);
        break;
      case 'protected':
        this.#context.onProtected(answer.protections);
        break;
      case 'opened':
        this.#open(answer.pages);
        break;
      case 'preflight':
        this.#check(answer);
        break;
      case 'libraries':
        this.#provenance.learn(answer);
        break;
      case 'exporting':
        onStage('exporting');
        // Hashed while Scribus exports. Whoever asks for the result hears of a failure; nobody may ask.
        this.provenance().catch(() => undefined);
        break;
      case 'rendition':
        this.renditions.add(answer, this.#pages);
        break;
      case 'done':
        this.renditions.end(this.#pages);
        this.#done = true;
        break;
      case 'failed': {
        const { document } = this.#context;
        throw refused(answer, { document, scribusVersion: this.#scribusVersion, log: scribus.log() });
      }
    }
  }

  #begin(hello: Extract<ScripterAnswer, { readonly type: 'hello' }>, scribus: ScribusProcess): void {
    checkProtocol(hello.protocol);
    this.#scribusVersion = hello.scribus;
    this.#context.onHello(hello);
    refuseNewerSeries(this.#context.document.version, hello.scribus);
    this.#options.onStage('opening');
    this.#asksLibraries = this.#provenance.begin(hello);
    scribus.send(
      toScripterRequest({
        ...this.#context,
        outputDirectory: this.#options.staging.directory,
        reach: this.#options.reach,
        request: this.#request,
        expectations: this.#expectations,
        libraries: this.#asksLibraries,
      }),
    );
  }

  #open(pages: readonly PageSize[]): void {
    this.#pages = pages;
    checkPageCount(pages.length, this.#context.options.limits);
    fitDocument(this.#request.renditions, pages);
    this.#context.stages.tell({ pageCount: pages.length });
  }

  #check(scribus: ScribusFacts): void {
    const { version, facts } = this.#context.document;
    refuseMissingOutputIntent(this.#request.renditions, scribus);
    const sources = { version, document: facts, scribus, pages: this.#pages, expectations: this.#expectations };
    this.#preflight = makeReport(sources);
    failOnFindings(this.#preflight, this.#request.failOn);
    refuseMissingOwnOutputIntent(this.#request.renditions, facts, scribus);
  }

  #openRenditions(): CheckedRenditions {
    const { options, controls, stages, document, pdfReader } = this.#context;
    let pagesDone = 0;
    let byteSize = 0;
    return new CheckedRenditions({
      ...options,
      ...this.#options,
      request: this.#request,
      document: document.facts,
      pdfReader,
      onRendition: (rendition) => {
        byteSize += rendition.byteSize;
        checkOutputSize(byteSize, options.limits);
        controls.onRendition?.(rendition);
        if (rendition.page !== undefined) stages.tell({ pagesDone: ++pagesDone });
      },
    });
  }
}
