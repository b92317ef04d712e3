import { defineConfig } from 'tsup';
import { buildSettings } from '../../tools/build-settings.ts';

export default defineConfig({
  ...buildSettings,
  entry: ['src/index.ts'],
});
