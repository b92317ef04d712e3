import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Directories of a command's own. */
export interface RenderPlace {
  readonly outputDirectory: string;
  readonly home: string;
  readonly temporary: string;
  /** How many files lie in its TMPDIR, and beside the PDFs. */
  countStrays(): number;
  remove(): Promise<void>;
}

/** Makes them. */
export async function makeRenderPlace(): Promise<RenderPlace> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-bench-'));
  const place = {
    outputDirectory: join(directory, 'output'),
    home: join(directory, 'home'),
    temporary: join(directory, 'tmp'),
  };
  for (const path of Object.values(place)) await mkdir(path);
  return {
    ...place,
    countStrays: () =>
      filesIn(place.temporary).length + filesIn(place.outputDirectory).filter((path) => !isPdfOf(path)).length,
    // What was killed a moment ago may write its last.
    remove: () => rm(directory, { recursive: true, maxRetries: 5 }),
  };
}

/** Paths below a directory, of all that is not a directory itself. */
function filesIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1));
}

const isPdfOf = (path: string): boolean => /^[^./][^/]*\.pdf$/.test(path);
