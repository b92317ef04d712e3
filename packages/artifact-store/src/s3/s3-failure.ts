import { type ErrorCode, isPubpipeError, PubpipeError } from '@pubpipe/core';

/** What a request failed with, as far as the server or the network said. */
interface S3Failure {
  /** Name of the error; S3's own code, or Node's for a broken connection. Servers may leave out the message. */
  readonly name: string;
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
}

type Meaning = readonly [code: ErrorCode, message: string];

/** What has a name: by S3's error codes. */
const meanings: Readonly<Record<string, Meaning>> = {
  NoSuchKey: ['ARTIFACT_NOT_FOUND', 'There is no artifact under this key.'],
  NotFound: ['ARTIFACT_NOT_FOUND', 'There is no artifact under this key.'],
  InvalidRange: ['RANGE_NOT_SATISFIABLE', 'The range begins past the end.'],
  KeyTooLongError: ['INVALID_INPUT', 'The S3 server can’t hold so long a key.'],
  InvalidURI: ['INVALID_INPUT', 'The S3 server can’t hold this key.'],
  InvalidObjectName: ['INVALID_INPUT', 'The S3 server can’t hold this key.'],
  EntityTooLarge: ['INVALID_INPUT', 'The artifact is larger than the S3 server takes.'],
  QuotaExceeded: ['STORE_FULL', 'The quota of the bucket is used up.'],
  XMinioStorageFull: ['STORE_FULL', 'The S3 server has no room left.'],
  NoSuchBucket: ['STORE_UNAVAILABLE', 'The bucket does not exist.'],
  InvalidAccessKeyId: ['STORE_UNAVAILABLE', 'The S3 server does not know the access key of the client.'],
  SignatureDoesNotMatch: ['STORE_UNAVAILABLE', 'The S3 server refused the credentials: the secret key is wrong.'],
  ExpiredToken: ['STORE_UNAVAILABLE', 'The credentials of the client have expired.'],
  RequestTimeTooSkewed: ['STORE_UNAVAILABLE', 'The clocks of this machine and of the S3 server differ too much.'],
  CredentialsProviderError: ['STORE_UNAVAILABLE', 'The client has no credentials.'],
  AuthorizationHeaderMalformed: ['STORE_UNAVAILABLE', 'The bucket lies in another region than the client’s.'],
  PermanentRedirect: ['STORE_UNAVAILABLE', 'The bucket lies in another region than the client’s.'],
};

/** What has no name of its own: by HTTP status, as HEAD has no body that could say more. */
const meaningsOfStatus: Readonly<Record<number, Meaning>> = {
  401: ['STORE_UNAVAILABLE', 'The S3 server refused the credentials of the client.'],
  403: ['STORE_UNAVAILABLE', 'The S3 server denied access: the credentials are wrong, or don’t permit this.'],
  404: ['ARTIFACT_NOT_FOUND', 'There is no artifact under this key.'],
  413: ['INVALID_INPUT', 'The artifact is larger than the S3 server takes.'],
  416: ['RANGE_NOT_SATISFIABLE', 'The range begins past the end.'],
  507: ['STORE_FULL', 'The S3 server has no room left.'],
};

const brokenConnection = ['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'];
const busy = ['SlowDown', 'RequestTimeout', 'TimeoutError', 'Throttling', 'ThrottlingException'];
const passing: ReadonlySet<unknown> = new Set([...brokenConnection, ...busy, 408, 429, 500, 502, 503, 504]);

/** A failure of S3, of the network or of the SDK as one of the store's codes. */
export function toStoreError(error: unknown): PubpipeError {
  if (isPubpipeError(error)) return error;
  const failure = failureOf(error);
  // A bug of ours or of the caller's, not of the server or the network.
  if (failure === undefined) return new PubpipeError('INTERNAL', 'An unforeseen error.', { cause: error });
  const { name, status } = failure;
  const [code, message] = meanings[name] ?? meaningsOfStatus[status ?? 0] ?? unnamed(failure);
  const details = { error: name, ...(status === undefined ? {} : { status }) };
  return new PubpipeError(code, message, { details, cause: error });
}

/** Whether the same request may succeed in a moment. A timeout is none of these: time is what it had. */
export function mayPass(error: unknown): boolean {
  if (!isPubpipeError(error)) return false;
  const { error: name, status } = error.details;
  return passing.has(name) || passing.has(status);
}

function failureOf(error: unknown): S3Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { $metadata, code, name } = error as Error & {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly code?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return { name, status };
  if (typeof code === 'string' && 'syscall' in error) return { name: code, status: undefined };
  if (typeof code === 'string' && brokenConnection.includes(code)) return { name: code, status: undefined };
  return busy.includes(name) || name === 'CredentialsProviderError' ? { name, status: undefined } : undefined;
}

function unnamed({ name, status }: S3Failure): Meaning {
  if (status === undefined) return ['STORE_UNAVAILABLE', `The S3 server can’t be reached (${name}).`];
  const what = status >= 500 ? 'failed' : 'refused the request';
  return ['STORE_UNAVAILABLE', `The S3 server ${what} (${name}, HTTP ${status}).`];
}
