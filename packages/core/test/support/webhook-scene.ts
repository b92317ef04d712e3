import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { DatabaseKind } from '@pubpipe/core/kysely';
import { createWebhooks, type StartWebhooksOptions, startWebhooks, type WebhookOptions } from '@pubpipe/core/webhooks';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished } from 'vitest';
import { type FeedPipelineOptions, openFeedScene } from './feed-scene.ts';
import { tenant } from './some-jobs.ts';

/** A message that a receiver has got. */
export interface ReceivedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a receiver does with a message, from its first one on. */
export type Answer = (response: ServerResponse, message: ReceivedMessage, count: number) => void;

/** Answers with a status. */
export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end();

/** Takes the message and never answers. */
export const hanging: Answer = () => undefined;

/** A server that webhooks call, until the test has finished. */
export async function openReceiver(answer: Answer, tls?: { readonly key: string; readonly cert: string }) {
  const messages: ReceivedMessage[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const message = { headers: request.headers as Readonly<Record<string, string>>, body: await text(request) };
    messages.push(message);
    answer(response, message, messages.length);
  };
  const listener: RequestListener = (request, response) =>
    // A sender that goes in the middle of a message has not sent it.
    void take(request, response).catch(() => response.destroy());
  const server = tls === undefined ? createServer(listener) : createTlsServer({ ...tls }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { port, messages, url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/hooks` };
}

/** {@link openReceiver}'s result. */
export type Receiver = Awaited<ReturnType<typeof openReceiver>>;

/** The options under which receivers of this machine may be called. */
export const onThisMachine = (receivers: readonly Pick<Receiver, 'port'>[]): WebhookOptions => ({
  allowHttp: true,
  allowAddresses: ['127.0.0.1'],
  allowPorts: receivers.map(({ port }) => port),
});

/** Sends at once, and tries again at once. */
export const fast: StartWebhooksOptions = { pollMs: 20, retry: { maxAttempts: 4, baseDelayMs: 1, maxDelayMs: 50 } };

/** A feed scene whose jobs webhooks are told of. */
export async function openWebhookScene(kind: DatabaseKind, options: WebhookOptions) {
  const feed = await openFeedScene(kind);
  const pipeline = await feed.openPipeline();
  const webhooks = createWebhooks(pipeline, options);
  return {
    ...feed,
    pipeline,
    webhooks,
    /** Starts to send, until the test has finished. */
    async start(settings: StartWebhooksOptions = fast, from?: FeedPipelineOptions) {
      const sender = from === undefined ? webhooks : createWebhooks(await feed.openPipeline(from), options);
      const sending = await startWebhooks(sender, settings);
      onTestFinished(() => sending.close({ drainTimeoutMs: 0 }));
      return sending;
    },
    /** Makes an endpoint that is told when a job is queued. */
    create: (url: string, owner = tenant) => webhooks.create({ tenant: owner, url, types: ['job.queued'] }),
    /** All deliveries of an endpoint. */
    async deliveries(endpointId: string, owner = tenant) {
      return (await webhooks.deliveries({ tenant: owner, endpointId, limit: 1_000 })).deliveries;
    },
    /** Waits until the deliveries of an endpoint are in these states. */
    async untilStates(endpointId: string, states: readonly string[], owner = tenant): Promise<void> {
      await expect
        .poll(
          async () => (await webhooks.deliveries({ tenant: owner, endpointId })).deliveries.map(({ state }) => state),
          {
            timeout: 30_000,
          },
        )
        .toEqual(states);
    },
  };
}

/** Reads a message as a receiver does, by the library that Standard Webhooks gives to receivers. */
export function verified(secret: string, message: ReceivedMessage | undefined): unknown {
  if (message === undefined) throw new Error('Nothing has come.');
  return new Webhook(secret).verify(message.body, { ...message.headers });
}
