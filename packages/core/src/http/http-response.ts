/** An answer, whatever server it leaves through. */
export interface HttpResponse {
  readonly status: number;
  /** Names in their usual spelling. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Text, or bytes to be pulled no faster than the client takes them. A body that is not read to its end has its
   * iterator's `return` called; one that rejects ends the connection, so that nobody takes a part for the whole.
   */
  readonly body?: string | AsyncIterable<Uint8Array> | undefined;
  /** Aborts when the connection has to be closed at once, whatever of the answer has been sent: the client is too slow for it. */
  readonly cutOff?: AbortSignal | undefined;
}

/** An answer in JSON. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: HttpResponse['headers'] = {},
  mediaType = 'application/json',
): HttpResponse {
  const body = JSON.stringify(value);
  return {
    status,
    headers: {
      'Content-Type': mediaType,
      'Content-Length': String(Buffer.byteLength(body)),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
    body,
  };
}

/** An answer without a body. */
export function emptyResponse(status: number, headers: HttpResponse['headers'] = {}): HttpResponse {
  return { status, headers };
}
