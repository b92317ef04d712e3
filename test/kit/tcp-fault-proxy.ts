import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { FaultPlan, type FaultTiming, type PlannedFault } from './fault-plan.ts';
import { ProxiedConnection } from './proxied-connection.ts';
import type { TcpFault } from './tcp-fault.ts';

/** Stands between clients and a server of any protocol, and harms their connections as a test says. */
export interface TcpFaultProxy {
  readonly host: string;
  readonly port: number;
  /** All connections so far, in order. */
  readonly connections: readonly Pick<ProxiedConnection, 'bytes' | 'isOpen'>[];
  /** Plans a fault for the next new connection, or for those that `timing` says. */
  inject(fault: TcpFault, timing?: FaultTiming): PlannedFault<TcpFault, ProxiedConnection>;
  /** Everything stands still, new connections too, as before a server that was stopped with SIGSTOP. */
  freeze(): void;
  thaw(): void;
  /** Resets all connections that are open. */
  resetAll(): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free loopback port. */
export async function startTcpFaultProxy(options: {
  readonly target: { readonly host: string; readonly port: number };
}): Promise<TcpFaultProxy> {
  const plan = new FaultPlan<TcpFault, ProxiedConnection>();
  const connections: ProxiedConnection[] = [];
  let frozen: PromiseWithResolvers<void> | undefined;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const connection = new ProxiedConnection(client);
    connections.push(connection);
    // Both sides learn of a failure by the end of their connection: nobody else is to be told.
    client.on('error', () => client.destroy());
    const planned = plan.strike(connection);
    if (planned?.fault.kind === 'refuse') {
      planned.takeEffect(connection);
      connection.end();
      return;
    }
    connection.passOn(options.target, () => frozen?.promise, planned).catch(() => connection.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const thaw = () => {
    frozen?.resolve();
    frozen = undefined;
  };
  const resetAll = () => {
    for (const connection of connections) if (connection.isOpen) connection.end();
  };
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    connections,
    inject: (fault, timing) => plan.add(fault, () => true, timing),
    freeze() {
      frozen ??= Promise.withResolvers();
    },
    thaw,
    resetAll,
    async close() {
      plan.liftAll();
      server.close();
      resetAll();
      thaw();
      await once(server, 'close');
    },
  };
}
