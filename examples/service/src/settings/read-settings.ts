import type { z } from 'zod';

/** What is wrong with the environment: a line for each variable, which says what it must be and never what it is. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/**
 * Reads the settings of a process from its environment. A variable that is empty is as good as none.
 *
 * @throws SettingsError with all that is wrong, not only the first of it.
 */
export function readSettings<Settings>(schema: z.ZodType<Settings>, env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new SettingsError(
    result.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      return given[name] === undefined ? `${name} is missing: ${message}` : `${name}: ${message}`;
    }),
  );
}
