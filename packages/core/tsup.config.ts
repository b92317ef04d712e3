import { defineConfig } from 'tsup';
import { buildSettings } from '../../tools/build-settings.ts';

export default defineConfig({
  ...buildSettings,
  entry: [
    'src/index.ts',
    'src/driver/index.ts',
    'src/http/index.ts',
    'src/worker/index.ts',
    'src/webhooks/index.ts',
    'src/kysely/index.ts',
    'src/memory/index.ts',
    'src/prometheus/index.ts',
    'src/opentelemetry/index.ts',
    'src/testing/index.ts',
  ],
});
