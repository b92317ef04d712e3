import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { cancelled, PubpipeError, throwIfCancelled } from '@pubpipe/core/driver';
import type { PartReading } from '../join/part-reading.ts';
import { pdfWorkerPath } from '../pdf-worker-path.ts';
import type { PdfFacts } from './pdf-facts.ts';
import { PdfFault } from './pdf-fault.ts';
import type { JoinFiles, PdfAnswer, PdfQuestion, PinQuestion, ReadOptions } from './pdf-question.ts';

const defaultTimeoutMs = 30_000;
const defaultHeapMb = 512;
const maxIdle = 2;
/** A thread takes longer to start than most PDFs take to read: so long one that is busy is waited for first. */
const patienceMs = 50;
const maxEndMs = 2000;

/** Options of {@link PdfReader}. */
export interface PdfReaderOptions {
  /** Upper bound of reading one PDF, in milliseconds. @defaultValue 30_000 */
  readonly timeoutMs?: number | undefined;
  /** Upper bound of what a thread's JavaScript keeps in memory, in mebibytes; PDFium's own memory ends at 2 GiB. @defaultValue 512 */
  readonly maxHeapMb?: number | undefined;
}

/** What became of a PDF that was to be pinned. */
export interface PinnedPdf {
  /** Whether it is a copy that is pinned. */
  readonly copied: boolean;
  /** What was read of it then, if that was asked for. */
  readonly facts: PdfFacts | undefined;
}

/**
 * Reads and pins PDFs in threads of its own, bounded in time and memory: one PDF a thread at a time, so that
 * none waits long for another. Idle threads are kept, and don't keep the process alive.
 */
export class PdfReader {
  readonly #timeoutMs: number;
  readonly #maxHeapMb: number;
  readonly #idle: Worker[] = [];
  readonly #busy = new Set<Worker>();
  /** Those that wait for a thread, and take it, or none when their patience is at its end. */
  readonly #waiting = new Set<(worker: Worker | undefined) => void>();
  #closed = false;

  constructor({ timeoutMs = defaultTimeoutMs, maxHeapMb = defaultHeapMb }: PdfReaderOptions = {}) {
    this.#timeoutMs = timeoutMs;
    this.#maxHeapMb = maxHeapMb;
  }

  /**
   * Reads an open PDF twice, with our own reader and with PDFium. The caller keeps the descriptor open until this has
   * settled, and closes it.
   *
   * @throws PdfFault when the PDF is damaged, when the two find different pages in it, or when it costs more to read than
   * it may.
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   * @throws PubpipeError `CLOSED` after {@link PdfReader.close}.
   */
  async read(descriptor: number, signal: AbortSignal, options: ReadOptions = {}): Promise<PdfFacts> {
    const { facts } = await this.#ask({ descriptor, ...options }, signal);
    if (facts === undefined) throw new TypeError('The reader of PDFs has not answered.');
    return facts;
  }

  /** Reads a PDF as a part of one that is joined. Otherwise as {@link PdfReader.read}. */
  async readPart(descriptor: number, signal: AbortSignal): Promise<PartReading> {
    const { part } = await this.#ask({ descriptor, asPart: true }, signal);
    if (part === undefined) throw new TypeError('The reader of PDFs has not answered.');
    return part;
  }

  /** Writes what is to be changed in a PDF of the pages of parts. Otherwise as {@link PdfReader.read}. */
  async writeUpdate(descriptor: number, join: JoinFiles, signal: AbortSignal): Promise<void> {
    await this.#ask({ descriptor, join }, signal);
  }

  /**
   * Pins a PDF that is open for reading and writing to a date. If something in it is named after its address in memory, it
   * is a copy that is pinned. Otherwise as {@link PdfReader.read}.
   */
  async pin(descriptor: number, pin: PinQuestion, signal: AbortSignal): Promise<PinnedPdf> {
    const { copied = false, facts } = await this.#ask({ descriptor, pin }, signal);
    return { copied, facts };
  }

  /** Starts a thread, ahead of the first PDF. */
  warmUp(): void {
    if (this.#idle.length + this.#busy.size === 0 && !this.#closed) this.#giveBack(this.#start());
  }

  /** Ends all threads; PDFs that are being read are `CLOSED`. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#idle.splice(0).map(endIdle), ...[...this.#busy].map((worker) => worker.terminate())]);
  }

  async #ask(question: PdfQuestion, signal: AbortSignal): Promise<PdfAnswer> {
    throwIfCancelled(signal);
    this.#throwIfClosed();
    const worker = await this.#take(signal);
    worker.ref();
    const answer = await this.#answerOf(worker, question, signal);
    // The descriptor must not be used any more when this has settled: a thread that has not answered is ended.
    if (answer === undefined || answer.error !== undefined) await this.#end(worker);
    else this.#giveBack(worker);
    if (signal.aborted) throw cancelled(signal);
    this.#throwIfClosed();
    if (answer === undefined) throw new PdfFault('it takes too long or too much memory to read');
    if (answer.fault !== undefined) throw new PdfFault(answer.fault);
    if (answer.error instanceof Error) throw Object.assign(answer.error, { code: answer.errorCode });
    if (answer.error !== undefined) throw answer.error;
    return answer;
  }

  /** A thread for one PDF, which counts as busy until it is given back or ended. */
  async #take(signal: AbortSignal): Promise<Worker> {
    const worker = this.#idle.pop() ?? (await this.#waitForOne()) ?? this.#start();
    this.#busy.add(worker);
    if (!signal.aborted) return worker;
    this.#giveBack(worker);
    throw cancelled(signal);
  }

  /** A thread that was busy, if one becomes free soon. */
  async #waitForOne(): Promise<Worker | undefined> {
    if (this.#busy.size === 0) return undefined;
    const { promise, resolve } = Promise.withResolvers<Worker | undefined>();
    this.#waiting.add(resolve);
    const timer = setTimeout(resolve, patienceMs, undefined);
    const worker = await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
    this.#throwIfClosed();
    return worker;
  }

  /** The answer, or nothing when the thread has to be ended: it takes too long, or too much memory. */
  #answerOf(worker: Worker, question: PdfQuestion, signal: AbortSignal): Promise<PdfAnswer | undefined> {
    return new Promise((resolve) => {
      const settle = (answer: PdfAnswer | undefined) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        worker.off('message', settle).off('error', fail).off('exit', giveUp);
        resolve(answer);
      };
      const giveUp = () => settle(undefined);
      const fail = (error: NodeJS.ErrnoException) =>
        settle(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? undefined : { error });
      const timer = setTimeout(giveUp, this.#timeoutMs);
      worker.on('message', settle).on('error', fail).on('exit', giveUp);
      signal.addEventListener('abort', giveUp);
      worker.postMessage(question);
    });
  }

  #start(): Worker {
    const worker = new Worker(pdfWorkerPath, {
      name: 'pubpipe-pdf',
      env: {},
      // How the host's own program is to be read would be taken for how the thread's is.
      execArgv: process.execArgv.filter(
        (option, index, all) => !option.startsWith('--input-type') && all[index - 1] !== '--input-type',
      ),
      resourceLimits: { maxOldGenerationSizeMb: this.#maxHeapMb },
    });
    // An error that nobody listens to would end the process; one of an idle thread concerns nobody.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      const index = this.#idle.indexOf(worker);
      if (index >= 0) this.#idle.splice(index, 1);
    });
    return worker;
  }

  #giveBack(worker: Worker): void {
    const [next] = this.#waiting;
    if (next !== undefined && !this.#closed) {
      this.#waiting.delete(next);
      next(worker);
      return;
    }
    this.#busy.delete(worker);
    worker.unref();
    if (this.#closed || this.#idle.length >= maxIdle) void endIdle(worker);
    else this.#idle.push(worker);
  }

  async #end(worker: Worker): Promise<void> {
    this.#busy.delete(worker);
    await worker.terminate();
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new PubpipeError('CLOSED', 'The reader of PDFs is closed.');
  }
}

/**
 * Ends a thread that has nothing to do. It ends by itself: one that is terminated while it ends its last work, or its
 * start, can take the process with it (https://github.com/nodejs/node/issues/43182).
 */
async function endIdle(worker: Worker): Promise<void> {
  worker.ref();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  worker.once('exit', () => resolve());
  const timer = setTimeout(() => void worker.terminate().then(() => resolve()), maxEndMs);
  worker.postMessage(undefined);
  await ended;
  clearTimeout(timer);
}
