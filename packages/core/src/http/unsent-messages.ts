import { unlessAborted } from '../errors/unless-aborted.ts';

/**
 * What a stream has for a client that the client has not got yet, in bytes. What was taken counts until it is said to
 * be sent.
 */
export class UnsentMessages {
  readonly #maxBytes: number;
  readonly #onChange: () => void;
  #blocks: Uint8Array[] = [];
  #byteSize = 0;
  #takenBytes = 0;
  #end: { readonly failure?: unknown } | undefined;
  #sent = Promise.withResolvers<void>();

  /** `onChange` is called when there is something to take, or nothing more will be. */
  constructor({ maxBytes, onChange }: { readonly maxBytes: number; readonly onChange: () => void }) {
    this.#maxBytes = maxBytes;
    this.#onChange = onChange;
  }

  /** How much the client has not got yet. */
  get byteSize(): number {
    return this.#byteSize;
  }

  /** Whether there is nothing to take, and more may come. */
  get isEmpty(): boolean {
    return this.#end === undefined && this.#blocks.length === 0;
  }

  /** Whether everything was taken, and nothing more will come. */
  get hasEnded(): boolean {
    return this.#end !== undefined && this.#blocks.length === 0;
  }

  /** Whether there is room for a block. Where nothing else waits there always is: it could never be sent otherwise. */
  hasRoomFor(block: Uint8Array): boolean {
    return this.#byteSize === 0 || this.#byteSize + block.byteLength <= this.#maxBytes;
  }

  /** Waits until there is room for a block, or `signal` aborts. */
  async roomFor(block: Uint8Array, signal: AbortSignal): Promise<void> {
    while (!this.hasRoomFor(block)) await unlessAborted(this.#sent.promise, signal);
  }

  add(block: Uint8Array): void {
    this.#blocks.push(block);
    this.#byteSize += block.byteLength;
    this.#onChange();
  }

  /** No more will be added. */
  end(end: { readonly failure?: unknown } = {}): void {
    this.#end = end;
    this.#onChange();
  }

  /** Throws what the end was told as its failure. */
  throwFailure(): void {
    if (this.#end?.failure !== undefined) throw this.#end.failure;
  }

  /** Takes all that is there; undefined when there is nothing. */
  take(): Uint8Array | undefined {
    const blocks = this.#blocks;
    this.#blocks = [];
    this.#takenBytes = this.#byteSize;
    return blocks.length === 0 ? undefined : Buffer.concat(blocks);
  }

  /** Says that what was taken has been sent. */
  sent(): void {
    this.#byteSize -= this.#takenBytes;
    this.#takenBytes = 0;
    this.#sent.resolve();
    this.#sent = Promise.withResolvers();
  }
}
