import { expect, onTestFinished } from 'vitest';
import type { TestServer } from './open-http-server.ts';

/** A message of a stream, as a browser would have it. */
interface ReceivedMessage {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly type: string; readonly seq: number; readonly jobId: string };
}

/** A stream that is being read, until the test has finished. */
export interface EventReader {
  readonly response: Response;
  readonly messages: readonly ReceivedMessage[];
  /** Comments so far: signs of life. */
  readonly comments: () => number;
  /** What `Last-Event-ID` would be. */
  readonly lastEventId: () => string;
  readonly close: () => void;
  /** Resolves when the stream has ended: with true if the server ended it in order. */
  readonly ended: Promise<boolean>;
}

/** Reads blocks of text as the HTML standard says; one that is not whole is left out. */
export function readMessages(text: string, from = '') {
  const messages: ReceivedMessage[] = [];
  let lastEventId = from;
  for (const block of text.split('\n\n').slice(0, -1)) {
    const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
    lastEventId = fields.get('id') ?? lastEventId;
    const data = fields.get('data');
    if (data === undefined) continue;
    messages.push({ id: lastEventId, type: fields.get('event') ?? 'message', data: JSON.parse(data) });
  }
  return { messages, lastEventId, comments: text.match(/^:/gm)?.length ?? 0 };
}

/** Reads a stream as the HTML standard says. */
export async function readEvents(
  { ask }: Pick<TestServer, 'ask'>,
  path: string,
  { lastEventId: from, tenant = 'acme' }: { readonly lastEventId?: string; readonly tenant?: string } = {},
): Promise<EventReader> {
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const headers = { Accept: 'text/event-stream', ...(from === undefined ? {} : { 'Last-Event-ID': from }) };
  const response = (await ask(path, { headers, tenant, signal: closing.signal })) as Response;
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const messages: ReceivedMessage[] = [];
  let comments = 0;
  let lastEventId = from ?? '';
  const take = (blocks: string): void => {
    const read = readMessages(blocks, lastEventId);
    messages.push(...read.messages);
    lastEventId = read.lastEventId;
    comments += read.comments;
  };
  const read = async (): Promise<boolean> => {
    let text = '';
    try {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const whole = (text + chunk).lastIndexOf('\n\n') + 2;
        take((text + chunk).slice(0, whole < 2 ? 0 : whole));
        text = (text + chunk).slice(whole < 2 ? 0 : whole);
      }
      return true;
    } catch {
      // However it broke off, it did not end in order.
      return false;
    }
  };
  return {
    response,
    messages,
    comments: () => comments,
    lastEventId: () => lastEventId,
    close: () => closing.abort(),
    ended: read(),
  };
}
