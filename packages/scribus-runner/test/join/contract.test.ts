import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { describePdfJoiner } from '@pubpipe/core/testing';
import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
import { inspectPdf } from './inspect-pdf.ts';

describePdfJoiner('The joiner on qpdf', async () => {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'pubpipe-join-test-')));
  return {
    joiner: createPdfJoiner(),
    scratchSpace: createFsScratchSpace({ directory }),
    inspect: async (path) => inspectPdf(path),
    list: readdir,
    close: () => rm(directory, { recursive: true, force: true }),
  };
});
