import type { JobJson } from '@pubpipe/core/http';
import type { JobsApi } from '../api/jobs-api.ts';
import { randomKey } from '../api/random-key.ts';
import { InLine } from '../parts/in-line.ts';
import type { NamedFile } from './named-file.ts';
import type { PlannedJob } from './plan-jobs.ts';
import { sendFile } from './send-file.ts';
import type { RenderChoices } from './uploads.ts';

/** What is sent. */
export interface UploadParts {
  readonly jobs: readonly PlannedJob<NamedFile>[];
  readonly choices: RenderChoices;
  /** What the jobs belong to, if they are several. */
  readonly batch: string | undefined;
  readonly onProgress: (sentBytes: number) => void;
}

const filesAtOnce = 3;

/** Sends the files of jobs, each once, and then submits the jobs. What has arrived is not sent again. */
export class Upload {
  readonly #api: JobsApi;
  readonly #parts: UploadParts;
  readonly #files: readonly File[];
  readonly #sentBytes = new Map<File, number>();
  readonly #artifactIds = new Map<File, string>();
  readonly #idempotencyKey = randomKey();
  readonly #ending = new AbortController();
  /** Length of all files together. */
  readonly totalBytes: number;

  constructor(api: JobsApi, parts: UploadParts) {
    this.#api = api;
    this.#parts = parts;
    const files = parts.jobs.flatMap(({ document, data, assets }) =>
      [document, ...(data === undefined ? [] : [data]), ...assets].map(({ file }) => file),
    );
    this.#files = [...new Set(files)];
    this.totalBytes = this.#files.reduce((sum, { size }) => sum + size, 0);
  }

  abort(): void {
    this.#ending.abort();
  }

  /**
   * @throws ApiProblem when a file or a job was not taken. It may be called again then.
   */
  async send(): Promise<JobJson[]> {
    // One that fails ends the others: they would go on for nothing.
    const failing = new AbortController();
    const signal = AbortSignal.any([this.#ending.signal, failing.signal]);
    const line = new InLine(filesAtOnce);
    const missing = this.#files.filter((file) => !this.#artifactIds.has(file));
    try {
      await Promise.all(missing.map((file) => line.run(() => this.#sendFile(file, signal))));
      const jobs: JobJson[] = [];
      for (const [index, planned] of this.#parts.jobs.entries()) jobs.push(await this.#submit(planned, index));
      return jobs;
    } finally {
      failing.abort();
    }
  }

  async #sendFile(file: File, signal: AbortSignal): Promise<void> {
    const onProgress = (bytes: number): void => {
      this.#sentBytes.set(file, Math.min(bytes, file.size));
      this.#parts.onProgress([...this.#sentBytes.values()].reduce((sum, sent) => sum + sent, 0));
    };
    const { id } = await sendFile(this.#api.connection, file, { fileName: file.name, onProgress, signal });
    this.#artifactIds.set(file, id);
    onProgress(file.size);
  }

  async #submit({ document, data, assets }: PlannedJob<NamedFile>, index: number): Promise<JobJson> {
    const { profile, reference, despiteFaults } = this.#parts.choices;
    const idOf = ({ file }: NamedFile): string => this.#artifactIds.get(file) ?? '';
    const common = {
      documentName: document.path,
      assets: assets.map((asset) => ({ name: asset.path, artifact: idOf(asset) })),
      profile,
      batch: this.#parts.batch,
      reference,
      ...(despiteFaults ? { failOn: [] } : {}),
    };
    // The key makes a job that was submitted before this failed the same job again.
    const key = `${this.#idempotencyKey}-${index}`;
    if (data === undefined) {
      return await this.#api.submit({ ...common, document: idOf(document) }, key, this.#ending.signal);
    }
    const merge = { template: idOf(document), data: { name: data.path, artifact: idOf(data) } };
    return await this.#api.submitMerge({ ...common, ...merge }, key, this.#ending.signal);
  }
}
