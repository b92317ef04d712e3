/** Nobody takes what the command prints any more: the reason with which its work is stopped. */
export class OutputFailure extends Error {
  /** Whether the reader has just left, as `head` does: no fault, so nothing is said. */
  readonly quiet: boolean;

  constructor(cause: NodeJS.ErrnoException) {
    super(`what it prints can't be written: ${cause.code ?? cause.message}`, { cause });
    this.quiet = cause.code === 'EPIPE';
  }
}
