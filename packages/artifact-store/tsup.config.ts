import { defineConfig } from 'tsup';
import { buildSettings } from '../../tools/build-settings.ts';

export default defineConfig({
  ...buildSettings,
  entry: { 'fs/index': 'src/fs/index.ts', 's3/index': 'src/s3/index.ts' },
});
