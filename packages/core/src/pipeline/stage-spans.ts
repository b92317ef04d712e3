import type { RenderStage } from '../ports/renderer.ts';
import type { Tracer } from '../ports/tracer.ts';

/** A span for each stage of a render, from what its renderer reports: also of a render that fails. */
export class StageSpans {
  readonly #tracer: Tracer;
  #underWay: { readonly stage: RenderStage; readonly settle: PromiseWithResolvers<void> } | undefined;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** Ends the stage under way, and begins `stage`. Saying the same stage again changes nothing. */
  enter(stage: RenderStage): void {
    if (this.#underWay?.stage === stage) return;
    this.end();
    const settle = Promise.withResolvers<void>();
    this.#underWay = { stage, settle };
    this.#tracer.inSpan({ name: `pubpipe.render.${stage}` }, () => settle.promise).catch(() => undefined); // told by `fail`
  }

  /** Ends the stage under way, if there is one. */
  end(): void {
    this.#underWay?.settle.resolve();
    this.#underWay = undefined;
  }

  /** Ends the stage under way as the one that failed. */
  fail(error: unknown): void {
    this.#underWay?.settle.reject(error);
    this.#underWay = undefined;
  }
}
