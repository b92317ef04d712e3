import { defineConfig } from 'tsup';

export default defineConfig({
  // scripter-path finds a folder of the package relative to itself: as an entry of its own it is never
  // inlined into dist/cli, so it always runs one folder below the package's root, as it does in src.
  entry: ['src/index.ts', 'src/cli/main.ts', 'src/scripter-path.ts'],
  format: 'esm',
  target: 'node22',
  dts: { entry: 'src/index.ts' },
  sourcemap: true,
  clean: true,
});
