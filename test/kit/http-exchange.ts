import { once } from 'node:events';
import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StrikingFault } from './fault-plan.ts';
import { forwardHead } from './forward-head.ts';
import type { HttpFault, HttpMessage, ProxiedRequest } from './http-fault.ts';
import { type Obstacle, passBytes } from './pass-bytes.ts';
import { respondWithS3Error } from './s3-error.ts';
import { endSocket } from './tcp-fault.ts';

/** A request on its way to the server, and its answer on the way back. */
export class HttpExchange implements ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly bytes: Record<HttpMessage, number> = { request: 0, answer: 0 };
  reachedServer: ProxiedRequest['reachedServer'] = 'no';
  status: number | undefined;
  answerDelivered = false;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #planned: StrikingFault<HttpFault, ProxiedRequest> | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.method = request.method ?? '';
    this.path = request.url ?? '';
    this.#request = request;
    this.#response = response;
  }

  get fault(): HttpFault | undefined {
    return this.#planned?.fault;
  }

  get isOver(): boolean {
    return this.#response.writableFinished || this.#request.socket.destroyed;
  }

  /** Takes the exchange to its end, whichever `planned` leads to; rejects when one side's connection fails. */
  async run(server: URL, agent: Agent, planned: StrikingFault<HttpFault, ProxiedRequest> | undefined): Promise<void> {
    this.#planned = planned;
    const { fault } = this;
    if (fault?.kind === 'reset') return this.#endConnections();
    if (fault?.kind === 'respond') {
      this.#planned?.takeEffect(this);
      return respondWithS3Error(this.#request, this.#response, fault);
    }
    const content = this.#readAhead();
    await this.#holdBack('request');

    const client = this.#request.socket;
    if (client.destroyed) return;
    const toServer = forwardHead(this.#request, server, agent);
    const begin = () => {
      this.reachedServer = 'partly';
    };
    toServer.once('socket', (socket) => (socket.connecting ? socket.once('connect', begin) : begin()));
    toServer.on('continue', () => this.#response.writeContinue());
    // #passAnswer waits for the answer or for this; what comes after the answer concerns its body, which tells.
    toServer.on('error', () => undefined);
    const abandon = () => toServer.destroy();
    client.once('close', abandon);
    try {
      await Promise.all([this.#passRequest(content, toServer), this.#passAnswer(toServer)]);
    } finally {
      client.off('close', abandon);
    }
  }

  /** Who does not read does not learn that the client has gone: where a request is held, the rest of it is read nevertheless. */
  #readAhead(): Readable {
    if (this.fault?.kind !== 'stall' || this.fault.of !== 'request') return this.#request;
    // What fails to be read is seen by who reads from the pipeline.
    return pipeline(this.#request, new PassThrough({ highWaterMark: 1024 ** 3 }), () => undefined);
  }

  async #passRequest(content: Readable, toServer: ClientRequest): Promise<void> {
    try {
      const passedAll = await passBytes(content, toServer, this.#passing('request', toServer));
      if (!passedAll) return;
      toServer.end(() => {
        this.reachedServer = 'wholly';
      });
    } catch (error) {
      // A server may answer before it has read everything, and then close: the answer is what counts.
      if (this.status === undefined) throw error;
    }
  }

  async #passAnswer(toServer: ClientRequest): Promise<void> {
    const [answer]: [IncomingMessage] = (await once(toServer, 'response')) as [IncomingMessage];
    this.status = answer.statusCode ?? 0;
    if (this.fault?.kind === 'loseAnswer') {
      for await (const _ of answer);
      return this.#endConnections(toServer);
    }
    await this.#holdBack('answer');
    this.#response.writeHead(this.status, answer.statusMessage, answer.rawHeaders);
    this.#response.flushHeaders();
    if (!(await passBytes(answer, this.#response, this.#passing('answer', toServer)))) return;
    this.#response.end();
    await once(this.#response, 'finish');
    this.answerDelivered = true;
  }

  /** Keeps a message back as a whole, if that is what the fault does. */
  async #holdBack(message: HttpMessage): Promise<void> {
    const planned = this.#planned;
    const { fault } = this;
    if (fault === undefined || !('of' in fault) || fault.of !== message) return;
    if (fault.kind === 'cut' || (fault.kind === 'stall' && fault.afterBytes !== undefined)) return;
    planned?.takeEffect(this);
    if (fault.kind === 'delay') await sleep(fault.ms);
    else await planned?.lifted;
  }

  #passing(message: HttpMessage, toServer: ClientRequest) {
    const { fault } = this;
    const isMine = fault !== undefined && (fault.kind === 'cut' || fault.kind === 'stall') && fault.of === message;
    const meet = async () => {
      if (fault?.kind === 'cut') {
        this.#endConnections(toServer);
        return false;
      }
      this.#planned?.takeEffect(this);
      await this.#planned?.lifted;
      return true;
    };
    const obstacle: Obstacle | undefined =
      isMine && fault.afterBytes !== undefined ? { afterBytes: fault.afterBytes, meet } : undefined;
    const onPassed = (byteCount: number) => {
      this.bytes[message] += byteCount;
    };
    return { obstacle, onPassed };
  }

  #endConnections(toServer?: ClientRequest): void {
    const how = this.fault !== undefined && 'how' in this.fault ? this.fault.how : undefined;
    if (toServer?.socket) endSocket(toServer.socket, how);
    endSocket(this.#request.socket, how);
    this.#planned?.takeEffect(this);
  }
}
