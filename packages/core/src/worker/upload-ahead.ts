import type { QueueConsumer } from '../ports/job-queue.ts';

/**
 * Lets a worker take a further job for each one that is rendered and only uploads, up to `ahead`. So a
 * delivery is taken only when its render can begin: what can't is left to other workers.
 */
export class UploadAhead {
  readonly #slots: number;
  readonly #ahead: number;
  readonly #consumer: () => Pick<QueueConsumer, 'setConcurrency'>;
  #uploading = 0;

  constructor(slots: number, ahead: number, consumer: () => Pick<QueueConsumer, 'setConcurrency'>) {
    this.#slots = slots;
    this.#ahead = ahead;
    this.#consumer = consumer;
  }

  /** Says that a job only uploads from now on. The returned function says that it has ended. */
  readonly begin = (): (() => void) => {
    this.#change(1);
    return () => this.#change(-1);
  };

  #change(by: 1 | -1): void {
    this.#uploading += by;
    this.#consumer().setConcurrency(this.#slots + Math.min(this.#uploading, this.#ahead));
  }
}
