import type { PdfProfile } from '@pubpipe/core';
import type { JobJson } from '@pubpipe/core/http';
import { messageOf } from '../api/api-problem.ts';
import type { JobsApi } from '../api/jobs-api.ts';
import { randomKey } from '../api/random-key.ts';
import { Observable } from '../parts/observable.ts';
import type { NamedFile } from './named-file.ts';
import { baseName, type PlannedJob } from './plan-jobs.ts';
import { Upload } from './upload.ts';

/** What the user wants made of documents. */
export interface RenderChoices {
  /** Undefined: as the document's own settings say. */
  readonly profile: PdfProfile | undefined;
  readonly reference: string | undefined;
  /** Whether a PDF is wanted also when the document check finds faults. */
  readonly despiteFaults: boolean;
  /** Whether the document is a template, to be filled with the records of a file beside it. */
  readonly merges: boolean;
}

/** An upload as it is shown. */
export interface UploadState {
  readonly id: number;
  readonly title: string;
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Why it came to nothing; undefined while it goes on. */
  readonly problem: string | undefined;
}

/** Who wants to know of uploads. */
export interface UploadListener {
  readonly onSubmitted: (jobs: readonly JobJson[], title: string) => void;
  readonly onFailed: (title: string, problem: string) => void;
}

/** The uploads that go on, and those that have failed and wait for a decision. */
export class Uploads extends Observable<readonly UploadState[]> {
  readonly #api: JobsApi;
  readonly #listener: UploadListener;
  readonly #running = new Map<number, Upload>();
  #count = 0;

  constructor(api: JobsApi, listener: UploadListener) {
    super([]);
    this.#api = api;
    this.#listener = listener;
  }

  /** Begins to send the files of jobs. */
  add(jobs: readonly PlannedJob<NamedFile>[], choices: RenderChoices): void {
    this.#count += 1;
    const id = this.#count;
    const batch = jobs.length > 1 ? batchName(jobs.length) : undefined;
    const upload = new Upload(this.#api, { jobs, choices, batch, onProgress: (bytes) => this.#update(id, bytes) });
    const names = jobs.map(({ document }) => baseName(document.path));
    const title = names.length === 1 ? `${names[0]}` : `${names.length} documents`;
    this.#running.set(id, upload);
    this.change([...this.state, { id, title, sentBytes: 0, totalBytes: upload.totalBytes, problem: undefined }]);
    void this.#send(id, upload, title);
  }

  /** Sends again what has not arrived. */
  retry(id: number): void {
    const upload = this.#running.get(id);
    const shown = this.state.find((each) => each.id === id);
    if (upload === undefined || shown?.problem === undefined) return;
    this.#replace(id, { ...shown, problem: undefined });
    void this.#send(id, upload, shown.title);
  }

  /** Ends an upload, or forgets one that has failed. */
  remove(id: number): void {
    this.#running.get(id)?.abort();
    this.#running.delete(id);
    this.change(this.state.filter((each) => each.id !== id));
  }

  async #send(id: number, upload: Upload, title: string): Promise<void> {
    try {
      const jobs = await upload.send();
      this.remove(id);
      this.#listener.onSubmitted(jobs, title);
    } catch (error) {
      const shown = this.state.find((each) => each.id === id);
      // Taken away by the user meanwhile.
      if (shown === undefined) return;
      const problem = messageOf(error);
      this.#replace(id, { ...shown, problem });
      this.#listener.onFailed(title, problem);
    }
  }

  #update(id: number, sentBytes: number): void {
    const shown = this.state.find((each) => each.id === id);
    if (shown !== undefined) this.#replace(id, { ...shown, sentBytes });
  }

  #replace(id: number, upload: UploadState): void {
    this.change(this.state.map((each) => (each.id === id ? upload : each)));
  }
}

/** Tells people which it is, and is no other's. */
const batchName = (documents: number): string =>
  `${documents} documents, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC (${randomKey().slice(0, 8)})`;
