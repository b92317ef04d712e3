import type { IncomingMessage, ServerResponse } from 'node:http';
import { PubpipeError } from '@pubpipe/core';
import type { HttpResponse } from '@pubpipe/core/http';

/** Where an answer goes. */
export interface SendTarget {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  readonly stallTimeoutMs: number;
}

// What is left of a refused body is read for so long and so far, so that the client gets to read the answer.
const maxDrainedBytes = 4 * 1024 * 1024;
const maxDrainMs = 2_000;
// So much may be left unread without ending the connection: Node reads it away.
const maxLeftBytes = 65_536;

/** Sends an answer, no faster than the client takes it. A body that fails ends the connection in the middle. */
export async function sendResponse(answer: HttpResponse, target: SendTarget): Promise<void> {
  const { request, response, signal } = target;
  const { body } = answer;
  const leavesBody = !request.complete && Number(request.headers['content-length'] ?? Infinity) > maxLeftBytes;
  // The client is gone, or somebody else has answered meanwhile, as a time-out of the host's would.
  if (signal.aborted || response.destroyed || response.headersSent) return await discard(body);
  // What was taken so far is all that this client gets.
  answer.cutOff?.addEventListener('abort', () => void response.destroy(), { once: true });
  response.writeHead(answer.status, leavesBody ? { ...answer.headers, Connection: 'close' } : { ...answer.headers });
  if (typeof body === 'string') response.write(body);
  else if (body !== undefined && !(await sendBytes(body, target))) return;
  if (leavesBody) {
    response.flushHeaders();
    await drain(request, signal);
  }
  response.end();
}

/** Whether all was sent. */
async function sendBytes(body: AsyncIterable<Uint8Array>, target: SendTarget): Promise<boolean> {
  const { response, signal } = target;
  response.flushHeaders();
  try {
    for await (const chunk of body) {
      if (signal.aborted) return false;
      if (!response.write(chunk)) await room(target);
    }
    return !signal.aborted;
  } catch (error) {
    // Nobody may take a part for the whole: the connection ends without the end of the body.
    response.destroy();
    if (signal.aborted) return false;
    throw error;
  }
}

/** Waits until the client has taken something, or drops it. */
async function room({ response, signal, stallTimeoutMs }: SendTarget): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(
    () => reject(new PubpipeError('REQUEST_TIMEOUT', `The client took nothing for ${stallTimeoutMs} ms.`)),
    stallTimeoutMs,
  );
  const go = (): void => resolve();
  response.once('drain', go);
  signal.addEventListener('abort', go, { once: true });
  if (signal.aborted) go();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    response.off('drain', go);
    signal.removeEventListener('abort', go);
  }
}

async function drain(request: IncomingMessage, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let drainedBytes = 0;
  const onData = (chunk: Uint8Array): void => {
    drainedBytes += chunk.byteLength;
    if (drainedBytes > maxDrainedBytes) resolve();
  };
  const timer = setTimeout(resolve, maxDrainMs);
  const go = (): void => resolve();
  request.on('data', onData).once('end', go).once('close', go).resume();
  signal.addEventListener('abort', go, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', go);
    request.off('data', onData).off('end', go).off('close', go).pause();
  }
}

/** Releases what a body holds that nobody reads. */
async function discard(body: HttpResponse['body']): Promise<void> {
  if (body === undefined || typeof body === 'string') return;
  await body[Symbol.asyncIterator]().return?.();
}
