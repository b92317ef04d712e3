import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StrikingFault } from './fault-plan.ts';
import { passBytes } from './pass-bytes.ts';
import { type EndOfConnection, endSocket, type TcpDirection, type TcpFault } from './tcp-fault.ts';

/** One connection through a {@link TcpFaultProxy}, and what has become of it. */
export class ProxiedConnection {
  readonly bytes: Record<TcpDirection, number> = { toTarget: 0, toClient: 0 };
  readonly #client: Socket;

  constructor(client: Socket) {
    this.#client = client;
  }

  get isOpen(): boolean {
    return !this.#client.destroyed;
  }

  end(how?: EndOfConnection): void {
    endSocket(this.#client, how);
  }

  /** Passes everything, both ways, until one side fails or both have ended. `thawed` holds all of it back. */
  async passOn(
    target: { readonly host: string; readonly port: number },
    thawed: () => Promise<void> | undefined,
    planned: StrikingFault<TcpFault, ProxiedConnection> | undefined,
  ): Promise<void> {
    await thawed();
    const client = this.#client;
    if (client.destroyed) return;
    const upstream = connect({ ...target, allowHalfOpen: true });
    // What ends one side ends the other: a stream that fails or closes early makes passBytes reject.
    client.once('close', () => upstream.destroy());
    upstream.on('error', () => endSocket(client));

    const pass = async (of: TcpDirection, from: Socket, to: Socket) => {
      const fault = planned?.fault;
      const isMine = fault !== undefined && fault.kind !== 'refuse' && fault.of === of;
      const meet = async () => {
        planned?.takeEffect(this);
        if (fault?.kind === 'stall') {
          await planned?.lifted;
          return true;
        }
        for (const socket of [client, upstream]) endSocket(socket, fault?.kind === 'cut' ? fault.how : undefined);
        return false;
      };
      const passedAll = await passBytes(from, to, {
        obstacle: isMine && fault.kind !== 'delay' ? { afterBytes: fault.afterBytes, meet } : undefined,
        beforeChunk: async () => {
          await thawed();
          if (!isMine || fault.kind !== 'delay') return;
          planned?.takeEffect(this);
          await sleep(fault.ms);
        },
        onPassed: (byteCount) => {
          this.bytes[of] += byteCount;
        },
      });
      if (passedAll) to.end();
    };
    await Promise.all([pass('toTarget', client, upstream), pass('toClient', upstream, client)]);
  }
}
