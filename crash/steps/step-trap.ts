import { AsyncLocalStorage } from 'node:async_hooks';
import { writeFileSync } from 'node:fs';
import { Client, type ClientBase, type QueryResult } from 'pg';
import type { PortName, Trigger } from './trigger.ts';

// pg's types know a dozen forms of it; Kysely uses one.
const queryOfClient = Reflect.get(Client.prototype, 'query') as (...args: unknown[]) => unknown;

/** A statement that changes rows, also as a part of one that reads. */
const writes = /\b(insert into|update|delete from) "/;

/** A call of a port's method that is under way. */
interface Call {
  readonly port: PortName;
  readonly method: string;
  readonly args: readonly unknown[];
  /** Rows that its statements have changed so far. */
  changed: number;
  /** Whether its next statement is one of several in a transaction. */
  isInTransaction: boolean;
}

/** Where a process kills itself: between the parts that it is made of, which know nothing of it. */
export interface StepTrap {
  /** The same port, with the trap around its methods. */
  around<Port extends object>(name: PortName, port: Port): Port;
  /** The same, for what the process does itself. */
  within<T>(method: string, work: () => Promise<T>): Promise<T>;
  /** For pg's pool: a client that sees the statements of a call. */
  readonly clientClass: new () => ClientBase;
}

/** The parts as they are. */
export const noTrap: StepTrap = { around: (_, port) => port, within: (_, work) => work(), clientClass: Client };

/** Makes a trap that writes a note and ends the process by SIGKILL when it comes to the moment that `trigger` names. */
export function setStepTrap(trigger: Trigger, noteFile: string): StepTrap {
  const calls = new AsyncLocalStorage<Call>();
  const isMeant = ({ port, method, args }: Call): boolean =>
    port === trigger.port && method === trigger.method && (trigger.with?.(...(args as readonly never[])) ?? true);

  function die(): never {
    writeFileSync(noteFile, '');
    process.kill(process.pid, 'SIGKILL');
    // Nothing more happens in this process, also before the signal has come.
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }

  async function run(call: Call, work: () => unknown): Promise<unknown> {
    if (trigger.at === 'before' && isMeant(call)) die();
    const answer: unknown = await calls.run(call, async () => await work());
    if (trigger.at === 'after' && isMeant(call) && (trigger.answers?.(answer as never) ?? true)) die();
    return answer;
  }

  const takesPart = (): Call | undefined => {
    const call = calls.getStore();
    return call !== undefined && isMeant(call) ? call : undefined;
  };

  class TrappedClient extends Client {
    override query(...args: unknown[]): never {
      const [text] = args;
      const query = () => Reflect.apply(queryOfClient, this, args) as Promise<QueryResult>;
      const call = takesPart();
      if (call === undefined || typeof text !== 'string') return query() as never;
      return watch(call, text, query) as never;
    }
  }

  /** A statement outside of a transaction is one itself: then it is both its own change and its own COMMIT. */
  async function watch(call: Call, text: string, query: () => Promise<QueryResult>): Promise<QueryResult> {
    if (/^(begin|start transaction)/.test(text)) call.isInTransaction = true;
    const isWrite = writes.test(text);
    const commits = text === 'commit' ? call.changed > 0 : isWrite && !call.isInTransaction;
    if (commits && trigger.at === 'before-commit') die();
    const result = await query();
    const changed = isWrite ? (result.rowCount ?? 0) : 0;
    call.changed += changed;
    if (commits && trigger.at === 'after-commit' && call.changed > 0) die();
    if (/^(commit|rollback)$/.test(text)) call.isInTransaction = false;
    if (typeof trigger.at === 'object' && changed > 0 && trigger.at.statement.test(text)) die();
    return result;
  }

  return {
    around<Port extends object>(name: PortName, port: Port): Port {
      // Around an empty object: a proxy must not answer for the fixed properties of a frozen one.
      return new Proxy({} as Port, {
        get(_, method) {
          const value: unknown = Reflect.get(port, method);
          if (typeof value !== 'function' || typeof method !== 'string') return value;
          if (name !== trigger.port || method !== trigger.method) return value.bind(port);
          return (...args: unknown[]) =>
            run({ port: name, method, args, changed: 0, isInTransaction: false }, () =>
              Reflect.apply(value, port, args),
            );
        },
      });
    },
    within: async <T>(method: string, work: () => Promise<T>) =>
      (await run({ port: 'host', method, args: [], changed: 0, isInTransaction: false }, work)) as T,
    clientClass: TrappedClient,
  };
}
