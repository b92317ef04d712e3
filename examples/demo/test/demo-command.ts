import process from 'node:process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The demo's own command line. */
export const demoCommand = [process.execPath, '--conditions=@pubpipe/source', main] as const;
