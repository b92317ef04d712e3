import { fileURLToPath } from 'node:url';

/** Absolute path of the script that runs inside Scribus. */
export const scripterPath: string = fileURLToPath(new URL('../scripter/render.py', import.meta.url));
