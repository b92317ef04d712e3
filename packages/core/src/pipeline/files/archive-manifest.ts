import type { ReadyArtifact } from '../../job/artifact.ts';
import type { FileScope, FilesJob, JobFile } from '../../ports/batch-store.ts';

/** What the file that tells of an archive is called in it. */
export const manifestName = 'manifest.json';

/** Notes what an archive has in it, and what it lacks, as the text of a JSON document. */
export class ArchiveManifest {
  readonly #jobs: string[][] = [];
  #lastJob: string | undefined;
  #isComplete = true;

  /** Notes a job. One that has not completed, or whose file is gone, makes the archive one of a part. */
  addJob({ id, type, status, reference, errorCode }: FilesJob): void {
    if (this.#lastJob === id) return;
    this.#lastJob = id;
    if (status !== 'completed') this.#isComplete = false;
    this.#jobs.push([JSON.stringify({ id, type, status, reference, error: errorCode }).slice(0, -1)]);
  }

  /** Notes a file of the last job; without a path it was removed. */
  addFile({ role, name, artifact }: JobFile, path: string | undefined): void {
    if (path === undefined) this.#isComplete = false;
    const { mediaType, byteSize, sha256 } = artifact as ReadyArtifact;
    this.#jobs
      .at(-1)
      ?.push(
        JSON.stringify(
          path === undefined ? { role, name, missing: true } : { path, role, name, mediaType, byteSize, sha256 },
        ),
      );
  }

  /** The document, part by part. */
  async *content(scope: FileScope, now: number): AsyncGenerator<Uint8Array, void> {
    const head = {
      ...('batch' in scope ? { batch: scope.batch } : {}),
      createdAt: new Date(now).toISOString(),
      complete: this.#isComplete,
    };
    yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"jobs":[\n`);
    for (const [index, [job, ...files]] of this.#jobs.entries()) {
      yield Buffer.from(`${index === 0 ? '' : ',\n'}${job},"files":[${files.map((file) => `\n${file}`).join(',')}]}`);
    }
    yield Buffer.from('\n]}\n');
  }
}
