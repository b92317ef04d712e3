import { defineConfig } from 'tsup';
import pageClient from './page-client.config.ts';

export default defineConfig([
  {
    entry: ['src/index.ts', 'src/page/index.ts'],
    format: 'esm',
    target: 'node22',
    dts: true,
    sourcemap: true,
    // The other one has its own folder, and is made at the same time.
    clean: ['!page/client/**'],
  },
  pageClient,
]);
