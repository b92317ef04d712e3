import process from 'node:process';
import type { z } from 'zod';
import { readSettings, SettingsError } from '../settings/read-settings.ts';

/** The status that BSD's sysexits.h has for a wrong configuration: starting it again is no use. */
const configurationStatus = 78;

/** Reads the settings of this process, or ends it with a line for each variable that is wrong. */
export function loadSettings<Settings>(schema: z.ZodType<Settings>): Settings {
  try {
    return readSettings(schema, process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(`The environment of this process is not complete:\n${error.message}`);
    return process.exit(configurationStatus);
  }
}
