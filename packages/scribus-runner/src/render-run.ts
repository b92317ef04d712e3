import { cancelled, type RenderResult, type RenderStage, toPubpipeError } from '@pubpipe/core/driver';
import { closeOrLog } from './close-or-log.ts';
import { DiskWatch } from './disk-watch.ts';
import { type JobReach, reachOfAnyJob } from './engine/job-reach.ts';
import type { JobWorkspace } from './engine/job-workspace.ts';
import type { ProcessEnd, ScribusProcess } from './engine/scribus-engine.ts';
import { withScribus } from './engine/with-scribus.ts';
import { GroupWatch } from './group-watch.ts';
import { limitReached, passedTogether } from './limit-failures.ts';
import type { PassedTogether } from './passed-together.ts';
import type { RenderContext } from './render-context.ts';
import { RenderDialogue } from './render-dialogue.ts';
import { crashed, timedOut } from './render-failures.ts';
import type { ParsedRenderRequest } from './render-request.ts';
import { StageDeadlines } from './stage-deadlines.ts';
import type { StagingDirectory } from './staging-directory.ts';

/**
 * One render, from its free place to its end. Whatever ends it early (the caller, the time, a failed
 * check, an error thrown by a callback) aborts one signal, whose reason is the error it rejects with.
 */
export class RenderRun {
  readonly #request: ParsedRenderRequest;
  readonly #context: RenderContext;
  readonly #failure = new AbortController();
  readonly #signal: AbortSignal;
  #deadlines: StageDeadlines | undefined;

  constructor(request: ParsedRenderRequest, context: RenderContext) {
    this.#request = request;
    this.#context = context;
    this.#signal = AbortSignal.any([context.signal, this.#failure.signal]);
  }

  /** Renders. When it has settled, its processes, and all it wrote besides the result, are gone. */
  async run(): Promise<RenderResult> {
    const { options, places } = this.#context;
    const workspace = await places.openWorkspace();
    try {
      const staging = await places.openStaging(this.#request.outputDirectory);
      try {
        return await this.#render(staging, workspace);
      } finally {
        await closeOrLog(staging, options.logger);
      }
    } finally {
      await closeOrLog(workspace, options.logger);
    }
  }

  async #render(staging: StagingDirectory, workspace: JobWorkspace): Promise<RenderResult> {
    const { engine, stages } = this.#context;
    const reach = this.#reach(staging, workspace);
    const dialogue = new RenderDialogue(this.#request, this.#context, {
      staging,
      reach,
      signal: this.#signal,
      onStage: (stage) => this.#enter(stage),
      onFailure: (error) => this.#fail(error),
    });
    const process = { engine, workspace, reach, signal: this.#signal };
    await withScribus(process, (scribus) => this.#follow(scribus, dialogue, reach));
    const { preflight, pageCount, scribusVersion, renditions } = dialogue;
    return {
      pageCount,
      renditions: renditions.renditions,
      findings: preflight?.findings ?? [],
      preflight,
      renderedBy: { name: 'scribus', version: scribusVersion },
      provenance: await dialogue.provenance(),
      stageMs: stages.spentMs(),
    };
  }

  #reach(staging: StagingDirectory, workspace: JobWorkspace): JobReach {
    const { readPaths, writePaths } = reachOfAnyJob(this.#context.options, workspace);
    return {
      readPaths: [this.#request.inputDirectory, ...readPaths],
      writePaths: [...writePaths, staging.directory],
    };
  }

  /** Takes what Scribus answers until the render is done or has failed, and then leaves nothing running. */
  async #follow(scribus: ScribusProcess, dialogue: RenderDialogue, reach: JobReach): Promise<void> {
    const { options, stages } = this.#context;
    this.#deadlines = new StageDeadlines(options.limits, this.#request.timeoutMs, (missed) =>
      this.#fail(timedOut(missed, scribus.log())),
    );
    const stopWatching = this.#watch(scribus, reach.writePaths);
    try {
      this.#guard(() => this.#enter('starting'));
      for await (const answer of scribus.answers) {
        this.#guard(() => dialogue.take(answer, scribus));
        if (dialogue.done || this.#signal.aborted) break;
      }
      const end = dialogue.done ? await scribus.finish() : await endOf(scribus);
      try {
        if (dialogue.done) await this.#leaveToChecks();
      } finally {
        await dialogue.renditions.settled();
      }
      if (this.#signal.aborted) throw cancelled(this.#signal);
      if (end !== undefined) {
        const at = { stage: stages.stage, babble: scribus.babble, log: scribus.log() };
        throw limitReached(end, options.limits, at) ?? crashed(end, at);
      }
      // Within the time of the render: a job's files may be long.
      await dialogue.provenance();
    } finally {
      this.#deadlines.stop();
      stopWatching();
    }
  }

  /** Watches what the system bounds only for each process and each file. Returns the function that ends it. */
  #watch(scribus: ScribusProcess, directories: readonly string[]): () => void {
    const { document, options, stages } = this.#context;
    const onPassed = (passed: PassedTogether) =>
      this.#fail(passedTogether(passed, { stage: stages.stage, log: scribus.log() }));
    const disk = new DiskWatch(directories, options.limits, onPassed);
    // Without Ghostscript, the sandbox lets Scribus start no other process.
    const startsOthers = document.needsGhostscript || options.sandbox === 'off';
    const group = startsOthers ? new GroupWatch(() => scribus.group, options.limits, onPassed) : undefined;
    return () => {
      disk.stop();
      group?.stop();
    };
  }

  async #leaveToChecks(): Promise<void> {
    await this.#context.onRendered(this.#signal);
    this.#guard(() => this.#enter('checking'));
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

/** How a Scribus has ended that is not done. One that talks nonsense may never end. */
const endOf = (scribus: ScribusProcess): Promise<ProcessEnd> =>
  scribus.babble === undefined ? scribus.ended() : scribus.kill();
