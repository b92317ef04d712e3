import type { FileScope, JobFileEntry } from '../../ports/batch-store.ts';
import type { Clock } from '../../ports/clock.ts';
import { ArchiveManifest, manifestName } from './archive-manifest.ts';
import { type ContentParts, isReady, readContent } from './read-content.ts';
import { toSafePath, toSafeSegment, UniquePaths } from './safe-names.ts';
import { workAhead } from './work-ahead.ts';
import { type ZipEntry, zipStream } from './zip-stream.ts';

/** Files up to this length are read whole, and some ahead: a store answers many requests at once faster than one by one. */
const smallBytes = 262_144;
const filesAhead = 8;

interface ArchiveRequest {
  readonly scope: FileScope;
  readonly entries: AsyncIterable<JobFileEntry>;
  readonly signal: AbortSignal | undefined;
}

type Parts = ContentParts & { readonly clock: Clock };

/** A zip of files, and at its end of what it has in it. */
export function archive(parts: Parts, { scope, entries, signal }: ArchiveRequest): AsyncGenerator<Uint8Array, void> {
  const leaving = new AbortController();
  const either = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]);
  return zipStream(zipEntries(parts, { scope, entries, signal: either }), leaving);
}

async function* zipEntries(parts: Parts, { scope, entries, signal }: ArchiveRequest): AsyncGenerator<ZipEntry, void> {
  const manifest = new ArchiveManifest();
  const names = new ArchiveNames('batch' in scope);
  const opened = workAhead(entries, filesAhead, async (entry) => ({
    entry,
    content: await readSmall(parts, entry, signal),
  }));
  for await (const { entry, content } of opened) {
    const { job, file } = entry;
    manifest.addJob(job);
    if (file === undefined) continue;
    const { artifact } = file;
    const body = content ?? (isReady(artifact) ? await readContent(parts, artifact, signal) : undefined);
    const path = body && names.take(entry);
    manifest.addFile(file, path);
    if (body !== undefined && path !== undefined) yield { name: path, modifiedAt: artifact.createdAt, content: body };
  }
  const now = parts.clock.now();
  yield { name: manifestName, modifiedAt: now, content: manifest.content(scope, now) };
}

/** Answers undefined for what is long, or not there: that is looked at when its turn has come. */
async function readSmall(
  parts: Parts,
  { file }: JobFileEntry,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const artifact = file?.artifact;
  if (artifact === undefined || !isReady(artifact) || artifact.byteSize > smallBytes) return undefined;
  const body = await readContent(parts, artifact, signal);
  return body && Buffer.concat(await Array.fromAsync(body));
}

/** Gives each file its path: those of a batch lie in a folder for each job. */
class ArchiveNames {
  readonly #hasFolders: boolean;
  readonly #folders = new UniquePaths();
  #files = new UniquePaths();
  #job: { readonly id: string; readonly folder: string } | undefined;

  constructor(hasFolders: boolean) {
    this.#hasFolders = hasFolders;
    this.#folders.take(manifestName);
    this.#files.take(manifestName);
  }

  take({ job, file }: JobFileEntry): string {
    const name = toSafePath(file?.name ?? '');
    if (!this.#hasFolders) return this.#files.take(name);
    if (this.#job?.id !== job.id) {
      this.#job = { id: job.id, folder: this.#folders.take(toSafeSegment(job.reference ?? job.id)) };
      this.#files = new UniquePaths();
    }
    return `${this.#job.folder}/${this.#files.take(name)}`;
  }
}
