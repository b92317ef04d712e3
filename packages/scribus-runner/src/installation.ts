import { PubpipeError, type RendererProtections, throwIfCancelled } from '@pubpipe/core/driver';
import { closeOrLog } from './close-or-log.ts';
import { reachOfAnyJob } from './engine/job-reach.ts';
import { openJobWorkspace } from './engine/job-workspace.ts';
import type { ScribusEngine } from './engine/scribus-engine.ts';
import { withScribus } from './engine/with-scribus.ts';
import type { Libraries } from './fonts/libraries.ts';
import { checkProtections, toRendererProtections } from './protections.ts';
import type { ScripterHello } from './protocol/hello.ts';
import type { ScripterProtections } from './protocol/protections.ts';
import { checkProtocol, crashed } from './render-failures.ts';
import type { ResolvedScribusRendererOptions } from './scribus-renderer-options.ts';
import { withinTime } from './within-time.ts';

const probeTimeoutMs = 10_000;

/** The Scribus that is installed: which version it is, and whether it starts at all. */
export class Installation {
  readonly #options: ResolvedScribusRendererOptions;
  readonly #engine: ScribusEngine;
  readonly #libraries: Libraries;
  #hello: ScripterHello | undefined;
  #protections: RendererProtections | undefined;
  #probe: Promise<string> | undefined;

  constructor(
    options: ResolvedScribusRendererOptions,
    using: { readonly engine: ScribusEngine; readonly libraries: Libraries },
  ) {
    this.#options = options;
    this.#engine = using.engine;
    this.#libraries = using.libraries;
  }

  /** The version, if some process has told it already. */
  get known(): string | undefined {
    return this.#hello?.scribus;
  }

  /** What is in force in a render, if some process has told it already. */
  get protections(): RendererProtections | undefined {
    return this.#protections;
  }

  /** Keeps what a process told when it was started. */
  learn(hello: ScripterHello): void {
    this.#hello = hello;
    this.#protections = toRendererProtections(hello.protections, this.#options);
  }

  /** Keeps what a process told when it had entered its sandbox. */
  learnProtections(inForce: ScripterProtections): void {
    this.#protections = toRendererProtections(inForce, this.#options);
  }

  /** Forgets what was told after a failed start: what is installed may have changed. */
  forget(): void {
    this.#hello = undefined;
    this.#protections = undefined;
  }

  /** The version: known, or asked for by starting Scribus. Throws as {@link Installation.probe}. */
  async version(signal: AbortSignal): Promise<string> {
    return this.known ?? (await this.probe(signal));
  }

  /**
   * Starts Scribus, asks its version, and ends it. Calls at the same time share one start.
   *
   * @throws PubpipeError `RENDERER_UNAVAILABLE` when it can't be started, doesn't answer within 10 s, or when the
   * sandbox is required and can't be had.
   * @throws PubpipeError the signal's own PubpipeError, or `CANCELLED`, when `signal` aborts first.
   */
  probe(signal: AbortSignal): Promise<string> {
    this.#probe ??= this.#ask(signal).finally(() => {
      this.#probe = undefined;
    });
    return this.#probe;
  }

  async #ask(signal: AbortSignal): Promise<string> {
    const missed = () =>
      new PubpipeError('RENDERER_UNAVAILABLE', `Scribus doesn't answer within ${probeTimeoutMs} ms.`);
    try {
      return await withinTime({ signal, timeoutMs: probeTimeoutMs, missed }, (within) => this.#askWithin(within));
    } catch (error) {
      this.#hello = undefined;
      throw error;
    }
  }

  async #askWithin(signal: AbortSignal): Promise<string> {
    const workspace = await openJobWorkspace(this.#options.temporaryDirectory, this.#libraries);
    try {
      const reach = reachOfAnyJob(this.#options, workspace);
      return await withScribus({ engine: this.#engine, workspace, reach, signal }, async (scribus) => {
        for await (const answer of scribus.answers) {
          if (answer.type !== 'hello') continue;
          checkProtocol(answer.protocol);
          this.learn(answer);
          checkProtections(answer.protections, this.#options);
          return answer.scribus;
        }
        const end = scribus.babble === undefined ? await scribus.ended() : await scribus.kill();
        if (signal.aborted) {
          this.#options.logger.warn({ log: scribus.log() }, 'Scribus was asked for its version and did not tell it.');
        }
        throwIfCancelled(signal);
        throw crashed(end, { stage: 'starting', babble: scribus.babble, log: scribus.log() });
      });
    } finally {
      await closeOrLog(workspace, this.#options.logger);
    }
  }
}
