import { join } from 'node:path';
import { type ProgramProcess, startProgram } from '../../test/kit/program-process.ts';
import type { ProgramSetup } from '../parts/process-setup.ts';
import type { Role } from '../plan/fault.ts';

/** Where the processes of a round write what they have to say. */
export interface CrewOptions {
  readonly logDirectory: string;
  /** Where Node keeps the code that it has compiled. */
  readonly compileCache: string;
  /** Processes of each role, by slot. */
  readonly setups: Readonly<Record<Role, readonly ProgramSetup[]>>;
  /** Told of a process that ended though nobody has killed it. */
  readonly onUnexpectedEnd: (what: string) => void;
}

/** The processes of a round: one for each slot of each role, and others for the named steps. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #all = new Set<ProgramProcess>();
  readonly #slots = new Map<string, ProgramProcess>();
  readonly #resuming = new Set<Promise<void>>();
  #started = 0;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** Starts all of them, and waits until they are at work. */
  async start(): Promise<void> {
    const roles = Object.entries(this.#options.setups) as [Role, readonly ProgramSetup[]][];
    const all = roles.flatMap(([role, setups]) => setups.map((_, slot) => this.#fill(role, slot)));
    await Promise.all((await Promise.all(all)).map((each) => each.ready()));
  }

  /** Starts a process that is in no slot. */
  async startExtra(setup: ProgramSetup): Promise<ProgramProcess> {
    this.#started += 1;
    const { logDirectory, compileCache } = this.#options;
    const logFile = join(logDirectory, `${this.#started}-${setup.program}.log`);
    const path = join(import.meta.dirname, '../programs', `${setup.program}.ts`);
    const started = await startProgram({ path, setup, logFile, compileCache });
    this.#all.add(started);
    return started;
  }

  /** Kills the process of a slot and starts another. Answers whether there was one to be killed. */
  async kill(role: Role, slot: number): Promise<boolean> {
    const victim = await this.#find(role, slot);
    if (victim === undefined) return false;
    await victim.kill();
    await this.#fill(role, slot);
    return true;
  }

  /** Lets the process of a slot stand still for `forMs`, and goes on at once. Answers whether there was one. */
  async stop(role: Role, slot: number, forMs: number): Promise<boolean> {
    const victim = await this.#find(role, slot);
    if (victim === undefined) return false;
    victim.freeze();
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(() => {
      victim.resume();
      resolve();
    }, forMs);
    const resumed = promise.finally(() => this.#resuming.delete(resumed));
    this.#resuming.add(resumed);
    return true;
  }

  /** Waits until no process stands still any more. */
  async allResumed(): Promise<void> {
    await Promise.all(this.#resuming);
  }

  /** Waits until the processes of a role have ended by themselves; rejects when one ends badly, or late. */
  async done(role: Role, timeoutMs: number): Promise<void> {
    await Promise.all(this.#of(role).map((each) => each.succeed(timeoutMs)));
  }

  /** Tells the processes of a role to end, and waits until they have. */
  async finish(role: Role): Promise<void> {
    const atWork = this.#of(role).filter((each) => !each.hasEnded);
    await Promise.all(atWork.map((each) => each.finish()));
  }

  /** Names those that have ended though nobody killed them or told them to. */
  async checkAlive(role: Role): Promise<void> {
    for (const each of this.#of(role)) if (each.hasEnded) this.#options.onUnexpectedEnd(await each.describe());
  }

  /** Ends whatever still runs. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#all].map((each) => each.kill()));
  }

  #of(role: Role): readonly ProgramProcess[] {
    return [...this.#slots].flatMap(([name, each]) => (name.startsWith(role) ? [each] : []));
  }

  async #find(role: Role, slot: number): Promise<ProgramProcess | undefined> {
    const found = this.#slots.get(`${role} ${slot}`);
    await found?.ready();
    if (found?.hasEnded === false) return found;
    // A submitter ends when it is done; others don't end by themselves.
    if (found !== undefined && role !== 'submitter') {
      this.#options.onUnexpectedEnd(await found.describe());
      await this.#fill(role, slot);
    }
    return undefined;
  }

  async #fill(role: Role, slot: number): Promise<ProgramProcess> {
    const setup = this.#options.setups[role][slot];
    if (setup === undefined) throw new RangeError(`There is no ${role} ${slot}.`);
    const started = await this.startExtra(setup);
    this.#slots.set(`${role} ${slot}`, started);
    return started;
  }
}
