import type { Logger } from '@pubpipe/core/driver';
import { IsolatedProcess } from './isolated-process.ts';
import type { JobReach } from './job-reach.ts';
import type { JobWorkspace } from './job-workspace.ts';
import type { ProcessEnd, ScribusEngine, ScribusProcess, TemplateProcess } from './scribus-engine.ts';

/**
 * Takes processes from `usual`, and from `bubblewrap` once it is known that the kernel has no Landlock and that
 * bubblewrap works. Where neither works the usual ones go on: whether that is enough is for their sandbox to say.
 */
export class IsolatingEngine implements ScribusEngine {
  readonly #usual: ScribusEngine;
  readonly #bubblewrap: ScribusEngine;
  readonly #onSwitch: () => void;
  readonly #logger: Logger;
  #found: 'works' | 'fails' | undefined;

  /** `onSwitch` is called when `usual` is no longer needed. */
  constructor(
    engines: { readonly usual: ScribusEngine; readonly bubblewrap: ScribusEngine; readonly onSwitch: () => void },
    logger: Logger,
  ) {
    this.#usual = engines.usual;
    this.#bubblewrap = engines.bubblewrap;
    this.#onSwitch = engines.onSwitch;
    this.#logger = logger;
  }

  startAhead(): Promise<void> {
    return (this.#found === 'works' ? this.#bubblewrap : this.#usual).startAhead();
  }

  start(workspace: JobWorkspace, reach: JobReach): ScribusProcess {
    if (this.#found === 'works') return this.#bubblewrap.start(workspace, reach);
    const process = this.#usual.start(workspace, reach);
    if (this.#found === 'fails') return process;
    return new IsolatedProcess(process, {
      open: () => this.#bubblewrap.start(workspace, reach),
      onWorks: () => this.#works(),
      onFails: (end, log) => this.#fails(end, log),
    });
  }

  /** Its process says in its hello whether there is Landlock, and where there is none opens nothing. */
  startTemplate(workspace: JobWorkspace): TemplateProcess | undefined {
    return this.#found === 'works' ? undefined : this.#usual.startTemplate(workspace);
  }

  async close(): Promise<void> {
    await Promise.all([this.#usual.close(), this.#bubblewrap.close()]);
  }

  #works(): void {
    if (this.#found !== 'works') {
      this.#logger.warn({}, 'There is no Landlock here: each render starts a Scribus of its own, under bubblewrap.');
    }
    this.#found = 'works';
    this.#onSwitch();
  }

  #fails(end: ProcessEnd | Error, log: string): void {
    // One that was killed, perhaps for lack of memory, says nothing of the next.
    if ('signal' in end && end.signal !== undefined) return;
    this.#found ??= 'fails';
    const message = 'There is no Landlock here, and bubblewrap, which could take its place, does not work.';
    this.#logger.warn(end instanceof Error ? { err: end } : { ...end, log }, message);
  }
}
