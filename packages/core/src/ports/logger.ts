/** One method of a {@link Logger}: facts first, then the sentence, as pino has it. */
export type LogMethod = (facts: Readonly<Record<string, unknown>>, message: string) => void;

/** Where the pipeline writes what it did. A structural subset of pino's logger; `console` fits too. */
export interface Logger {
  /** Steps of a job: claimed, rendered, uploaded. */
  readonly debug: LogMethod;
  /** What an operator wants to see once per job or start. */
  readonly info: LogMethod;
  /** Something failed and will be tried again, or was given up by design. */
  readonly warn: LogMethod;
  /** Something failed that a person has to look at. */
  readonly error: LogMethod;
}

/** A logger whose every line says `facts` too. A line's own facts count where both say the same. */
export function withFacts(logger: Logger, facts: Readonly<Record<string, unknown>>): Logger {
  return Object.freeze({
    debug: (own, message) => logger.debug({ ...facts, ...own }, message),
    info: (own, message) => logger.info({ ...facts, ...own }, message),
    warn: (own, message) => logger.warn({ ...facts, ...own }, message),
    error: (own, message) => logger.error({ ...facts, ...own }, message),
  } satisfies Logger);
}

/** Writes nothing. */
export const silentLogger: Logger = Object.freeze({ debug() {}, info() {}, warn() {}, error() {} });
