import type { ScripterHello } from './hello.ts';

/** What a warm Scribus says; see PROTOCOL.md. */
export type ServerMessage =
  | ScripterHello
  | { readonly type: 'forked'; readonly job: string; readonly pid: number; readonly startTime: number }
  | { readonly type: 'said'; readonly job: string; readonly bytes: string }
  | {
      readonly type: 'ended';
      readonly job: string;
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly cpuSeconds?: number;
      readonly serverKib?: number;
    };

const messageTypes: ReadonlySet<unknown> = new Set<ServerMessage['type']>(['hello', 'forked', 'said', 'ended']);

/** Reads one line of a warm Scribus, which is trusted; undefined if it is no message. */
export function parseServerMessage(line: string): ServerMessage | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const known = typeof value === 'object' && value !== null && 'type' in value && messageTypes.has(value.type);
    return known ? (value as ServerMessage) : undefined;
  } catch {
    // What is not JSON is no message, which is what the caller wants to know.
    return undefined;
  }
}
