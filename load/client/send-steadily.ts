import { setTimeout as wait } from 'node:timers/promises';

/** What became of one request. */
export interface Exchange {
  readonly route: string;
  /** When it should be sent, by `performance.now()`. */
  readonly dueAt: number;
  /** From then until its answer had come whole. */
  readonly latencyMs: number;
  /** How much later than it should it was sent. That is part of the latency. */
  readonly lateMs: number;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
}

/** Requests at a steady rate. */
export interface SteadyPlan {
  readonly ratePerSecond: number;
  readonly count: number;
  /** Sends the request with this number, and answers what it asked for and the status of the answer. */
  readonly send: (index: number) => { readonly route: string; readonly status: Promise<number> };
}

/**
 * Sends each request when it is due, whether those before it have been answered or not, and measures from the
 * moment when it was due. So a server that stands still is felt by all who would have come meanwhile, which
 * clients that wait for an answer before they ask again hide ("coordinated omission").
 */
export async function sendSteadily({ ratePerSecond, count, send }: SteadyPlan): Promise<readonly Exchange[]> {
  const begunAt = performance.now();
  const exchanges: Promise<Exchange>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueAt = begunAt + (index * 1_000) / ratePerSecond;
    // A timer may be early by less than a millisecond.
    for (let left = dueAt - performance.now(); left > 0; left = dueAt - performance.now()) await wait(Math.ceil(left));
    exchanges.push(exchange(index, dueAt, send));
  }
  return await Promise.all(exchanges);
}

async function exchange(index: number, dueAt: number, send: SteadyPlan['send']): Promise<Exchange> {
  const lateMs = performance.now() - dueAt;
  const { route, status: answer } = send(index);
  // A request without an answer is what the test counts as lost.
  const status = await answer.catch(() => undefined);
  return { route, dueAt, lateMs, status, latencyMs: performance.now() - dueAt };
}
