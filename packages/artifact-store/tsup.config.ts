import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { 'fs/index': 'src/fs/index.ts', 's3/index': 'src/s3/index.ts' },
  format: 'esm',
  target: 'node22',
  dts: true,
  sourcemap: true,
  clean: true,
});
