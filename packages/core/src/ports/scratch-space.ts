import type { AssetName } from './asset-name.ts';

/** The two directories in which one attempt works, on a disk that the renderer can reach. */
export interface Scratch {
  /** Absolute path: the document and the files beside it. */
  readonly inputDirectory: string;
  /** Absolute path: where the renderer writes. */
  readonly outputDirectory: string;

  /**
   * Writes a file into the input directory, creating the folders of its name. When this rejects,
   * the name is free again.
   *
   * @throws PubpipeError `INVALID_INPUT` when the name is taken, or is a folder of another name.
   * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
   * @throws PubpipeError `CANCELLED` when `signal` aborts first.
   * @throws PubpipeError `INTERNAL`, the source's error as its cause, when `content` fails; a
   * PubpipeError that the source throws is passed on as it is.
   * @throws PubpipeError `CLOSED` after `close`.
   */
  writeInput(
    name: AssetName,
    content: AsyncIterable<Uint8Array>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<void>;

  /**
   * Reads a file of the output directory. May be called again for the same file. Leaving the loop
   * early releases what the read held.
   *
   * @throws PubpipeError `OUTPUT_MISMATCH` when there is no such regular file: also when it is a
   * symbolic link or lies behind one, as what made the output may have been led by a hostile document.
   * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
   * @throws PubpipeError `CLOSED` after `close`.
   */
  readOutput(name: AssetName): AsyncIterable<Uint8Array>;

  /** Ends reads and writes under way with `CLOSED`, then removes both directories and all they hold. Idempotent. */
  close(): Promise<void>;
}

/** Gives each attempt local directories of its own. */
export interface ScratchSpace {
  /**
   * Makes a new pair of directories that nobody else uses.
   *
   * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
   */
  open(): Promise<Scratch>;

  /**
   * Removes directories of killed processes, begun longer ago than `olderThanMs`, and returns how
   * many. What this process has open is not touched; of another living process only age tells, so
   * `olderThanMs` is longer than any attempt may last.
   */
  discardAbandoned(options: { readonly olderThanMs: number }): Promise<number>;
}
