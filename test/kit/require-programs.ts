import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** Installs the programs of a service of the tests where that is possible and has not happened yet. */
export function requirePrograms(purpose: 's3' | 'scribus-1.6' | 'postgres' | 'redis' | 'peers'): Promise<void> {
  const script = join(import.meta.dirname, '../../tools/system-packages.mjs');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  execFile(process.execPath, [script, purpose], (cause, _, stderr) => {
    if (cause === null) resolve();
    else reject(new Error(`What the tests need for ${purpose} is not there. ${stderr}`, { cause }));
  });
  return promise;
}
