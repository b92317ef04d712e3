/** The same object without the fields that are undefined: what is written as JSON reads back the same. */
export const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
