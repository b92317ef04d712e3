import type { ArtifactJson } from '@pubpipe/core/http';
import type { ApiConnection } from '../api/api-connection.ts';
import { toProblem, unreachable } from '../api/api-problem.ts';

/** How a file is sent. */
export interface SendFileOptions {
  readonly fileName: string;
  /** Told of the bytes that have left. */
  readonly onProgress: (sentBytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Uploads a file. By `XMLHttpRequest`, because `fetch` tells nothing of how much has been sent.
 *
 * @throws ApiProblem when it was not taken.
 */
export async function sendFile(
  connection: ApiConnection,
  file: Blob,
  { fileName, onProgress, signal }: SendFileOptions,
): Promise<ArtifactJson> {
  signal.throwIfAborted();
  const url = connection.resolve(`artifacts?fileName=${encodeURIComponent(fileName)}`);
  const request = new XMLHttpRequest();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => request.abort();
  signal.addEventListener('abort', abort, { once: true });
  request.addEventListener('load', () => resolve());
  request.addEventListener('error', () => reject(unreachable()));
  request.addEventListener('abort', () => reject(signal.reason));
  request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
  request.open('POST', url);
  for (const [name, value] of Object.entries(connection.headersFor(url))) request.setRequestHeader(name, value);
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.send(file);
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  const { status, responseText } = request;
  if (status === 201) return JSON.parse(responseText) as ArtifactJson;
  throw toProblem(status, responseText, request.getResponseHeader('retry-after'));
}
