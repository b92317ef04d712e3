import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Tests run against the sources: nothing has to be built first but the page. Vite's own default would add
// 'module', behind which some libraries keep files for bundlers that Node cannot load.
const conditions = ['@pubpipe/source', 'node', 'development|production'];

const project = (name: string, root: string, include = ['src/**/*.test.ts', 'test/**/*.test.ts']) => ({
  extends: true as const,
  test: { name, root, include },
});

interface TestProjectOptions {
  readonly testTimeout: number;
  readonly expect: { readonly poll: { readonly timeout: number } };
}

/** Tests that open the page need what browsers get of it. */
const withPage = (tested: ReturnType<typeof project>, more: Partial<TestProjectOptions> = {}) => ({
  ...tested,
  test: { ...tested.test, ...more, globalSetup: join(import.meta.dirname, 'test/page/support/build-page.ts') },
});

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      project('core', './packages/core'),
      project('artifact-store', './packages/artifact-store'),
      project('adapter-bullmq', './packages/adapter-bullmq', [
        'src/**/*.test.ts',
        'test/*.test.ts',
        'test/{redis,postgres}/**/*.test.ts',
      ]),
      {
        ...project('adapter-bullmq-on-5', './packages/adapter-bullmq', ['test/{redis,on-5}/**/*.test.ts']),
        resolve: { alias: { bullmq: 'bullmq-5' } },
      },
      project('scribus-runner', './packages/scribus-runner'),
      project('embedded', './examples/embedded'),
      project('demo', './examples/demo'),
      project('custom-store', './examples/custom-store'),
      project('embed-in-app', './examples/embed-in-app'),
      withPage(project('service', './examples/service')),
      project('bench', '.', ['bench/**/*.test.ts']),
      project('crash', '.', ['crash/**/*.test.ts']),
      project('load', '.', ['load/**/*.test.ts']),
      project('kit', '.', ['test/kit/**/*.test.ts']),
      project('tools', '.', ['tools/*.test.mjs']),
      project('integration', '.', ['test/integration/**/*.test.ts']),
      project('newcomer', '.', ['test/newcomer/**/*.test.ts']),
      project('adapter-express', './packages/adapter-express', ['src/**/*.test.ts', 'page/src/**/*.test.ts']),
      // Whole lives of jobs, looked at in a browser.
      withPage(project('page', '.', ['test/page/**/*.test.ts']), {
        testTimeout: 240_000,
        expect: { poll: { timeout: 90_000 } },
      }),
    ],
    globalSetup: ['s3', 'postgres', 'redis'].map((name) =>
      join(import.meta.dirname, `test/kit/shared-${name}-server.ts`),
    ),
    // Tests start programs, send signals and load native modules: each file needs a process of its own.
    pool: 'forks',
    maxWorkers: '100%',
    // A start of Scribus costs 1–2 s of a core, and the machine may be busy with several.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
  },
});
