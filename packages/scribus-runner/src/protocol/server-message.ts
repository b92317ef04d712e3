import { parseHello, type ScripterHello } from './hello.ts';
import { parseJson } from './parse-json.ts';
import { type Guard, isNullOr, isNumber, isOneOf, isShapeOf, isText, isWholeFrom } from './shape.ts';

/** What a warm Scribus says; see PROTOCOL.md. */
export type ServerMessage =
  | ScripterHello
  | { readonly type: 'forked'; readonly job: string; readonly pid: number; readonly startTime?: number | undefined }
  | { readonly type: 'said'; readonly job: string; readonly bytes: string }
  | {
      readonly type: 'ended';
      readonly job: string;
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly cpuSeconds?: number | undefined;
      readonly serverKib?: number | null | undefined;
    };

/** What a template's process says of the processes of records. */
export type RecordMessage = Exclude<ServerMessage, ScripterHello>;

type Message<Type extends ServerMessage['type']> = Extract<ServerMessage, { readonly type: Type }>;

/** Linux has no process of a higher number (PID_MAX_LIMIT). */
const maxPid = 2 ** 22;
/** The longest name of a signal has 9 characters. */
const maxSignalLength = 16;

const isMissingOr =
  <Value>(guard: Guard<Value>): Guard<Value | undefined> =>
  (value): value is Value | undefined =>
    value === undefined || guard(value);

const isMessage: readonly Guard<Exclude<ServerMessage, ScripterHello>>[] = [
  isShapeOf<Message<'said'>>({ type: isOneOf('said'), job: isText(), bytes: isText() }),
  isShapeOf<Message<'forked'>>({
    type: isOneOf('forked'),
    job: isText(),
    pid: isWholeFrom(1, maxPid),
    startTime: isMissingOr(isWholeFrom(0)),
  }),
  isShapeOf<Message<'ended'>>({
    type: isOneOf('ended'),
    job: isText(),
    exitCode: isNullOr(isWholeFrom(0)),
    signal: isNullOr(isText(maxSignalLength)),
    cpuSeconds: isMissingOr(isNumber),
    serverKib: isMissingOr(isNullOr(isNumber)),
  }),
];

/** Reads one line of a warm Scribus, which is trusted; undefined if it is no message. */
export function parseServerMessage(line: string): ServerMessage | undefined {
  const value = parseJson(line);
  for (const guard of isMessage) if (guard(value)) return value;
  return parseHello(value);
}

/** The same of a template's process, which is not trusted: it says no hello. */
export function parseRecordMessage(line: string): RecordMessage | undefined {
  const message = parseServerMessage(line);
  return message?.type === 'hello' ? undefined : message;
}
