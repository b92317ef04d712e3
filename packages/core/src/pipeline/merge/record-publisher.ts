import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { Claim, OutputFile } from '../../ports/job-store.ts';
import type { MergedDocument, RenderedDocument } from '../../ports/merger.ts';
import type { NewRecord } from '../../ports/record-rows.ts';
import type { Rendition } from '../../ports/renditions.ts';
import type { Scratch } from '../../ports/scratch-space.ts';
import { tryUpload, uploadFile } from '../upload-file.ts';
import type { WorkerContext } from '../worker-context.ts';
import { failedRecord, renderedRecord } from './new-record.ts';

type Context = Pick<WorkerContext, 'jobStore' | 'artifactStore' | 'metrics' | 'logger' | 'transfersPerJob'>;

/** What the records of an attempt have in common. */
interface PublisherParts {
  readonly claim: Claim;
  readonly scratch: Scratch;
  readonly signal: AbortSignal;
  /** Told once of the first failure. */
  readonly onFailure: (error: unknown) => void;
  /** Told of each record that is published. */
  readonly onPublished: (record: NewRecord) => void;
}

/** Published in one transaction, as soon as there are so many, or the first of them has waited so long. */
const recordsAtOnce = 50;
const filesAtOnce = 1_000;
const waitMs = 250;
const maxFiles = 2_000;

/**
 * Uploads the files of documents while others are rendered, and publishes what is whole, some documents in a
 * transaction. What it holds is bounded: `add` waits.
 */
export class RecordPublisher {
  readonly #context: Context;
  readonly #parts: PublisherParts;
  readonly #uploading = new Set<Promise<void>>();
  #whole: NewRecord[] = [];
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: { readonly error: unknown } | undefined;
  /** What is whole is published even if the upload of another has failed. */
  #mayPublish = true;

  constructor(context: Context, parts: PublisherParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Takes a document; resolves when there is room for the next. Rejects with the first failure. */
  async add(document: MergedDocument): Promise<void> {
    const upload = this.#take(document)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#uploading.delete(upload));
    this.#uploading.add(upload);
    while (this.#failure === undefined && this.#isFull()) await this.#something();
    this.#throwFailure();
  }

  /** Resolves when all is published, or rejects with the first failure. */
  async finish(): Promise<void> {
    await this.close();
    this.#throwFailure();
  }

  /** Publishes what is whole, unless that has failed, and waits until nothing goes on. Never rejects. */
  async close(): Promise<void> {
    while (this.#uploading.size > 0) await this.#something();
    while (this.#whole.length > 0 && this.#mayPublish) await this.#write();
    clearTimeout(this.#timer);
    await this.#writing;
  }

  #isFull(): boolean {
    return this.#uploading.size >= this.#context.transfersPerJob || this.#whole.length >= 2 * recordsAtOnce;
  }

  async #something(): Promise<void> {
    // What waits for others to be published with it would wait for ever otherwise.
    if (this.#uploading.size === 0) await this.#write();
    else await Promise.race([...this.#uploading, ...(this.#writing === undefined ? [] : [this.#writing])]);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #take(document: MergedDocument): Promise<void> {
    this.#add(document.status === 'failed' ? failedRecord(document) : await this.#upload(document));
  }

  async #upload(document: RenderedDocument): Promise<NewRecord> {
    const { records, name, path, pathReason } = document;
    const files = namedFilesOf(document);
    try {
      if (files.length > maxFiles) {
        const message = `The document has ${files.length} files; a record may have ${maxFiles}.`;
        const error = new PubpipeError('RENDER_LIMIT', message, { details: { files: files.length, maxFiles } });
        return failedRecord({ status: 'failed', records, name, path, pathReason, error });
      }
      const uploaded: OutputFile[] = [];
      for (const file of files) uploaded.push(await this.#uploadFile(file));
      return renderedRecord(document, uploaded);
    } finally {
      // Whatever becomes of it: the disk has to take the next ones.
      await document.discard();
    }
  }

  async #uploadFile({ file: rendition, fileName, page }: NamedFile): Promise<OutputFile> {
    const { signal } = this.#parts;
    const upload = () => uploadFile(this.#context, this.#parts, { rendition, fileName, signal });
    return { ...(await tryUpload(signal, upload)), name: fileName, ...(page === undefined ? {} : { page }) };
  }

  #add(record: NewRecord): void {
    this.#whole.push(record);
    if (this.#whole.length >= recordsAtOnce) void this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), waitMs);
  }

  /** Never rejects. */
  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeAll()
      .catch((error: unknown) => {
        this.#mayPublish = false;
        this.#fail(error);
      })
      .finally(() => {
        this.#writing = undefined;
      });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    const { jobStore } = this.#context;
    const { claim, onPublished } = this.#parts;
    while (this.#whole.length > 0 && this.#mayPublish) {
      const some = this.#whole.splice(0, howMany(this.#whole));
      await jobStore.publishRecords(claim, some);
      for (const record of some) onPublished(record);
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#parts.onFailure(error);
  }
}

/** How many records one transaction takes: one at least. */
function howMany(records: readonly NewRecord[]): number {
  let files = 0;
  for (const [index, { files: own }] of records.entries()) {
    files += own.length;
    if (index === recordsAtOnce || (index > 0 && files > filesAtOnce)) return index;
  }
  return records.length;
}

/** A file of a document, and what it is called. */
interface NamedFile {
  readonly file: Pick<Rendition, 'name' | 'byteSize'> & { readonly mediaType: string };
  readonly fileName: string;
  readonly page?: number | undefined;
}

function namedFilesOf({ name, files, filledDocument }: RenderedDocument): readonly NamedFile[] {
  const renditions = files.map((file) => ({ file, fileName: recordFileName(name, file), page: file.page }));
  return filledDocument === undefined ? renditions : [...renditions, { file: filledDocument, fileName: `${name}.sla` }];
}

/** What a file of a record is called: only one file of a merge gets a name. */
function recordFileName(name: string, { kind, name: path }: Rendition): string {
  return kind === 'pdf' ? `${name}.pdf` : `${name}-${path.slice(path.lastIndexOf('/') + 1)}`;
}
