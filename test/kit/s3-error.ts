import type { IncomingMessage, ServerResponse } from 'node:http';

/** An error as an S3 server reports it. */
export interface S3Error {
  readonly status: number;
  /** E.g. `SlowDown`: what the AWS SDK makes the name of its error. */
  readonly code: string;
}

/** Answers at once, as a busy server does, without waiting for the body of the request. */
export function respondWithS3Error(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code }: S3Error,
): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><RequestId>fault-proxy</RequestId></Error>`;
  response.writeHead(status, { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
  request.resume();
}
