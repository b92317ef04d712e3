import type { ProblemJson } from '@pubpipe/core/http';

/** Why a request came to nothing. */
export interface ApiProblemFacts {
  /** The API's own code; `UNREACHABLE` without an answer, `UNEXPECTED` for one that is not the API's. */
  readonly code: string;
  readonly status?: number | undefined;
  /** When the server wants to be asked again. */
  readonly retryAfterMs?: number | undefined;
  /** Finds the failure in the server's log. */
  readonly requestId?: string | undefined;
}

/** A request that came to nothing; its message is for people. */
export class ApiProblem extends Error implements ApiProblemFacts {
  readonly code: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;

  constructor(message: string, { code, status, retryAfterMs, requestId }: ApiProblemFacts, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.requestId = requestId;
  }

  /** Whether the same request may work later: the server was away or overloaded, and has not refused it. */
  get mayPass(): boolean {
    return this.status === undefined || this.status === 429 || this.status >= 500;
  }
}

/** What a server that gave no answer makes. */
export function unreachable(cause?: unknown): ApiProblem {
  return new ApiProblem("The server can't be reached.", { code: 'UNREACHABLE' }, cause);
}

/** Reads an answer that says why not. What is in the way, such as a proxy, may answer too. */
export function toProblem(status: number, text: string, retryAfter: string | null): ApiProblem {
  const retryAfterMs = retryAfter === null || !/^\d{1,5}$/.test(retryAfter) ? undefined : Number(retryAfter) * 1_000;
  const problem = parse(text);
  if (problem === undefined) {
    return new ApiProblem(`The server answered with status ${status}.`, { code: 'UNEXPECTED', status, retryAfterMs });
  }
  const { code, detail, requestId, errors = [] } = problem;
  const message = [detail, ...errors.map((field) => `${field.pointer.replace(/^#\/?/, '')}: ${field.detail}`)].join(
    ' ',
  );
  return new ApiProblem(message, { code, status, retryAfterMs, requestId });
}

function parse(text: string): ProblemJson | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isProblem = typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
    return isProblem ? (value as ProblemJson) : undefined;
  } catch {
    // Not JSON: not from the API.
    return undefined;
  }
}

/** What to tell people of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof ApiProblem ? error.message : `Something unexpected happened: ${String(error)}`;
}
