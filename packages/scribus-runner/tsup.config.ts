import { defineConfig } from 'tsup';
import { buildSettings } from '../../tools/build-settings.ts';

export default defineConfig({
  ...buildSettings,
  // pdf-worker is what threads that read PDFs start with. scripter-path and pdf-worker-path find files of the
  // package relative to themselves: as entries of their own they are never inlined into dist/cli, so they
  // always run one folder below the package's root, as they do in src.
  entry: [
    'src/index.ts',
    'src/join/index.ts',
    'src/merge/index.ts',
    'src/cli/main.ts',
    'src/scripter-path.ts',
    'src/pdf-worker-path.ts',
    'src/pdf/pdf-worker.ts',
  ],
  dts: { entry: ['src/index.ts', 'src/join/index.ts', 'src/merge/index.ts'] },
});
