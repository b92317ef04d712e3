import type { Options } from 'tsup';

/** How each package is built. */
export const buildSettings: Options = {
  format: 'esm',
  target: 'node22',
  dts: true,
  sourcemap: true,
  clean: true,
  // `node:path` is Node's own, whatever is installed; tsup would take the prefix away.
  removeNodeProtocol: false,
  esbuildOptions(options) {
    // The sources are shipped, and maps name them: they need not hold them once more.
    options.sourcesContent = false;
  },
};
