import { readdir, readFile, readlink } from 'node:fs/promises';

/** A living process of a renderer: Scribus, or what Scribus has started. */
export interface RendererProcess {
  readonly id: number;
  readonly parentId: number;
  readonly command: string;
  /** What it holds of memory, in bytes. */
  readonly residentBytes: number;
  /** Whether it is a Scribus that serves many jobs, or was forked from one ahead of its job. */
  readonly warm: boolean;
}

/** The processes that have `temporaryDirectory` in their environment, or work in it. */
export async function processesOf(temporaryDirectory: string): Promise<readonly RendererProcess[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(ids.map((id) => readProcess(Number(id), temporaryDirectory)));
  return found.filter((process) => process !== undefined);
}

async function readProcess(id: number, temporaryDirectory: string): Promise<RendererProcess | undefined> {
  // A process that ends meanwhile has no files any more; a dead one that nobody has asked after has an empty environment.
  const read = (file: string) => readFile(`/proc/${id}/${file}`, 'utf8').catch(() => '');
  const directory = await readlink(`/proc/${id}/cwd`).catch(() => '');
  const isOurs = directory.startsWith(temporaryDirectory) || (await read('environ')).includes(temporaryDirectory);
  if (!isOurs) return undefined;
  const [status, command] = await Promise.all([read('status'), read('cmdline')]);
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  if (command === '' || Number.isNaN(field('PPid'))) return undefined;
  return {
    id,
    parentId: field('PPid'),
    command: command.replaceAll('\0', ' ').trim(),
    residentBytes: field('VmRSS') * 1024,
    warm: directory.includes('/pubpipe-scribus-'),
  };
}
