import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';

/**
 * The directory for what can be found out anew at any time, as the XDG Base Directory Specification has it; undefined where
 * the user has none.
 */
export function defaultCacheDirectory(): string | undefined {
  const { XDG_CACHE_HOME: configured = '' } = process.env;
  if (isAbsolute(configured)) return join(configured, 'pubpipe');
  const home = homedir();
  return isAbsolute(home) ? join(home, '.cache', 'pubpipe') : undefined;
}
