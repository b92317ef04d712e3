import { Writable } from 'node:stream';
import { type DestinationStream, pino } from 'pino';

/** A line, as pino writes it. */
type Line = Readonly<Record<string, unknown>> & { readonly msg: string; readonly level: number };

/** A real pino whose lines are kept. */
export function openPino() {
  const lines: Line[] = [];
  const destination: DestinationStream = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(String(chunk)) as Line);
      done();
    },
  });
  return { lines, logger: pino({ level: 'debug' }, destination) };
}
