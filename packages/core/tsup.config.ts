import { defineConfig } from 'tsup';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/http/index.ts',
    'src/worker/index.ts',
    'src/webhooks/index.ts',
    'src/kysely/index.ts',
    'src/memory/index.ts',
    'src/prometheus/index.ts',
    'src/opentelemetry/index.ts',
    'src/testing/index.ts',
  ],
  format: 'esm',
  target: 'node22',
  dts: true,
  sourcemap: true,
  clean: true,
});
