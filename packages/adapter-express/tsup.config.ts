import { defineConfig } from 'tsup';
import { buildSettings } from '../../tools/build-settings.ts';
import pageClient from './page-client.config.ts';

export default defineConfig([
  {
    ...buildSettings,
    entry: ['src/index.ts', 'src/page/index.ts'],
    // The other one has its own folder, and is made at the same time.
    clean: ['!page/client/**'],
  },
  pageClient,
]);
