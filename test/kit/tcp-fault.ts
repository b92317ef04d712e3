import type { Socket } from 'node:net';

/** `reset` (RST) is how a crash or a firewall ends a connection, `end` (FIN) how a process that stops does. */
export type EndOfConnection = 'reset' | 'end';

export type TcpDirection = 'toTarget' | 'toClient';

/** What can happen to a connection. */
export type TcpFault =
  /** It is reset as soon as it is made, and the target never hears of it. */
  | { readonly kind: 'refuse' }
  /** It ends, on both sides, after so many bytes of one direction. */
  | { readonly kind: 'cut'; readonly of: TcpDirection; readonly afterBytes: number; readonly how?: EndOfConnection }
  /** One direction stands still after so many bytes, until the fault is lifted. */
  | { readonly kind: 'stall'; readonly of: TcpDirection; readonly afterBytes: number }
  /** Each chunk of one direction is late. */
  | { readonly kind: 'delay'; readonly of: TcpDirection; readonly ms: number };

/** Ends both directions of a connection. What was written before arrives after `end`; after `reset` it may not. */
export function endSocket(socket: Socket, how: EndOfConnection = 'reset'): void {
  if (how === 'reset') socket.resetAndDestroy();
  else socket.destroySoon();
}
