import { request } from 'node:http';
import type { ApiClient } from './api-client.ts';

/** An event stream that somebody has open. */
export interface IdleStream {
  /** Resolves with the type of the first event; rejects when the stream ends before. */
  readonly event: Promise<string>;
  close(): void;
}

/** Opens the stream of all events of a tenant, and resolves when it has begun. */
export async function openStream({ port, key }: ApiClient): Promise<IdleStream> {
  const begun = Promise.withResolvers<void>();
  const event = Promise.withResolvers<string>();
  // Whoever does not wait for an event does not hear that none came.
  event.promise.catch(() => undefined);
  const fail = (error: unknown): void => {
    begun.reject(error);
    event.reject(error);
  };
  const headers = { 'X-API-Key': key, Accept: 'text/event-stream' };
  const asked = request({ host: '127.0.0.1', port, agent: false, path: '/print/events', headers });
  asked.on('error', fail);
  asked.on('response', (response) => {
    if (response.statusCode !== 200) fail(new Error(`A stream was answered with ${response.statusCode}.`));
    let text = '';
    response.setEncoding('utf8').on('data', (piece: string) => {
      begun.resolve();
      text += piece;
      const [, type] = /^event: (\w+)$/m.exec(text) ?? [];
      if (type !== undefined) event.resolve(type);
    });
    response.on('close', () => fail(new Error('The stream has ended.')));
    response.on('error', fail);
  });
  asked.end();
  await begun.promise;
  return { event: event.promise, close: () => void asked.destroy() };
}
