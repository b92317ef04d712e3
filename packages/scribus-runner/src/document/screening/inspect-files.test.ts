import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { inspectLinkedFiles } from './inspect-files.ts';

// A stream that is opened with a signal that has aborted told of it once more when nobody listened any
// more, which ended the process.
it.each(['image.eps', 'drawing.svg', 'drawing.svgz'])(
  'rejects, and that is all, when it is ended before the content of %s is read',
  async (name) => {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'inspect-files-')));
    onTestFinished(() => rm(directory, { recursive: true }));
    const path = join(directory, name);
    await writeFile(path, '%!PS-Adobe-3.0 EPSF-3.0\n'.repeat(10_000));
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', note);
    onTestFinished(() => {
      process.off('uncaughtException', note);
    });
    const controller = new AbortController();
    const file = { path, outside: false, element: 'PAGEOBJECT', line: 1, value: name };

    const inspection = inspectLinkedFiles([file], { realRoot: directory, screened: true, signal: controller.signal });
    controller.abort(new Error('The customer has left.'));

    await expect(inspection).rejects.toMatchObject({ code: 'CANCELLED' });
    // Streams tell of errors some turns later.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(uncaught).toEqual([]);
  },
);
