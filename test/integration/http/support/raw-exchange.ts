import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A connection that says exactly what the test says, as no HTTP client would. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that came so far. */
  readonly text: () => string;
  readonly send: (text: string | Uint8Array) => void;
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;
}

/** Opens a connection, until the test has finished. */
export async function openRawConnection(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  // A reset is one way of closing.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  onTestFinished(() => {
    socket.destroy();
  });
  return {
    socket,
    text: () => Buffer.concat(chunks).toString('latin1'),
    send: (text) => void socket.write(text),
    closed,
  };
}

/** The status in what came. */
export const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
