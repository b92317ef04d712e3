/** An answer whose JSON is taken for what the test says that it is. */
export interface Answer extends Omit<Response, 'json'> {
  json<Body = ProblemAnswer>(): Promise<Body>;
}

/** A failure. */
interface ProblemAnswer {
  readonly code: string;
  readonly detail: string;
}

/** An artifact, as far as tests look into it. */
export interface ArtifactAnswer {
  readonly id: string;
  readonly sha256: string;
  readonly links: { readonly self: string; readonly content: string; readonly signed?: string };
}

/** An artifact of a job. */
interface JobArtifactAnswer {
  readonly name: string;
  readonly page?: number;
  readonly artifact: ArtifactAnswer;
}

/** A job, as far as tests look into it. */
export interface JobAnswer {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly reference?: string;
  readonly correlationId: string;
  readonly outputs: readonly JobArtifactAnswer[];
  readonly links: Readonly<
    Record<
      | 'self'
      | 'events'
      | 'pages'
      | 'content'
      | 'signed'
      | 'batch'
      | 'cancel'
      | 'retry'
      | 'preflight'
      | 'provenance'
      | 'records'
      | 'merge',
      string
    >
  >;
}

/** A batch, as far as tests look into it. */
export interface BatchAnswer {
  readonly id: string;
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly links: Readonly<Record<'self' | 'jobs' | 'content' | 'signed' | 'cancel', string>>;
}
