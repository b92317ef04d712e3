/** How a program that was run to its end has ended. */
export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Why it did not end well, without its arguments, which may hold a secret. */
  readonly failure: string | undefined;
  /** Whether somebody killed it who was not us. */
  readonly killed: boolean;
  /** Given when it could not be started. */
  readonly startError: NodeJS.ErrnoException | undefined;
}

/** What is read of an end as execa tells it. */
export interface EndedProgram {
  readonly stdout: string;
  readonly stderr: string;
  readonly failed: boolean;
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly cause?: unknown;
}

/** What an end means. `timeoutMs` is the time that it had. */
export function toProgramResult(result: EndedProgram, timeoutMs: number): ProgramResult {
  const { stdout, stderr } = result;
  if (!result.failed) {
    return { stdout, stderr, failure: undefined, killed: false, startError: undefined };
  }
  const boundReached = result.timedOut || result.isMaxBuffer;
  const startError = result.exitCode === undefined && result.signal === undefined && !boundReached;
  return {
    stdout,
    stderr,
    failure: describeEnd(result, timeoutMs),
    killed: !boundReached && (result.signal === 'SIGKILL' || result.signal === 'SIGTERM'),
    startError: startError ? (result.cause as NodeJS.ErrnoException) : undefined,
  };
}

function describeEnd(result: EndedProgram, timeoutMs: number): string {
  if (result.timedOut) return `it takes longer than ${timeoutMs} ms`;
  if (result.isMaxBuffer) return 'it prints without end';
  return `it ended with ${result.signal ?? `exit code ${result.exitCode}`}`;
}
