import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Options } from 'tsup';

const folder = import.meta.dirname;
const outDir = join(folder, 'dist/page/client');

/** How what browsers get of the page is made: alone by `pnpm run build:page`, for who runs the sources. */
export default {
  entry: { app: join(folder, 'page/src/main.tsx'), style: join(folder, 'page/style/style.css') },
  outDir,
  format: 'esm',
  platform: 'browser',
  target: 'es2024',
  tsconfig: join(folder, 'page/tsconfig.json'),
  minify: true,
  splitting: false,
  clean: true,
  silent: true,
  async onSuccess() {
    for (const name of ['index.html', 'icon.svg']) await copyFile(join(folder, 'page', name), join(outDir, name));
    // It is in app.js, and wants its licence beside every copy.
    await copyFile(join(folder, 'node_modules/preact/LICENSE'), join(outDir, 'preact-licence.txt'));
  },
} satisfies Options;
