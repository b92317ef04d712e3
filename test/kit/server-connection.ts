import { Agent, type ClientRequestArgs } from 'node:http';
import type { Socket } from 'node:net';
import { endSocket } from './tcp-fault.ts';

/** The one connection to the server that goes with a client's connection: they end together. */
export class ServerConnection extends Agent {
  readonly #client: Socket;
  #isClosed = false;
  #isBusy = false;

  constructor(client: Socket) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#client = client;
    client.once('close', () => this.destroy());
  }

  override createConnection(...args: [ClientRequestArgs, ...never[]]) {
    const socket = super.createConnection(...args);
    this.#isClosed = false;
    socket?.once('close', () => {
      this.#isClosed = true;
      this.#endClientWhenDone();
    });
    return socket;
  }

  /** Runs an exchange: its answer may still be on its way to the client when the server has closed. */
  async use(exchange: () => Promise<void>): Promise<void> {
    this.#isBusy = true;
    try {
      await exchange();
    } catch {
      // The client learns of a failure by the end of its connection: nobody else is to be told.
      endSocket(this.#client);
    } finally {
      this.#isBusy = false;
      this.#endClientWhenDone();
    }
  }

  #endClientWhenDone(): void {
    if (this.#isClosed && !this.#isBusy) endSocket(this.#client, 'end');
  }
}
