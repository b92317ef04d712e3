import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  cancelled,
  type ErrorCode,
  PubpipeError,
  type Renderer,
  type RenderProgress,
  silentLogger,
  throwIfCancelled,
} from '@pubpipe/core/driver';
import { removeDeadWorkspaces } from '../engine/workspace-owner.ts';
import { FastPath } from './fast-path.ts';
import { type MergeRequest, resolveMergeRequest } from './merge-request.ts';
import type { DocumentOfRecords, MergedDocument } from './merged-document.ts';
import { OutputNames } from './output/output-names.ts';
import { groupRecords, type RecordGroup } from './record-groups.ts';
import { renderGroup } from './render-group.ts';
import { templateOf } from './template/open-template.ts';

/** How a caller follows and ends a merge. */
export interface MergeControls {
  /** Ends the merge and every render of it at once. */
  readonly signal?: AbortSignal | undefined;
  /** Called at each step of each document, with the same object for one document. What it throws fails the document. */
  readonly onProgress?: ((document: DocumentOfRecords, progress: RenderProgress) => void) | undefined;
}

/** What fails all documents alike is no failure of one. */
const fatal: ReadonlySet<ErrorCode> = new Set(['RENDERER_UNAVAILABLE', 'CANCELLED', 'CLOSED']);

/**
 * Renders the document of each record, as many at once as the renderer has places, and hands each over when it has
 * ended: in the order in which they end. A record that fails doesn't hold the others back, and no more documents are
 * begun than are taken: what is held doesn't grow with the number of records.
 *
 * When the iteration ends, early or not, no render is left, no document lies beside the template any more, and nothing
 * is left of documents that were not handed over.
 *
 * @throws PubpipeError `INVALID_INPUT` naming what of the request is wrong.
 * @throws PubpipeError `DATA_UNREADABLE` when the records end in a fault; those before it have been handed over.
 * @throws PubpipeError `RENDERER_UNAVAILABLE` when the program can't be started.
 * @throws PubpipeError `CANCELLED` when `signal` aborts first; `CLOSED` when the renderer closes.
 */
export async function* mergeRecords(
  renderer: Renderer,
  request: MergeRequest,
  { signal, onProgress }: MergeControls = {},
): AsyncGenerator<MergedDocument, void, undefined> {
  const resolved = resolveMergeRequest(request);
  const { name: pattern, countDigits, from, to, onRecordError, template, records } = resolved;
  const { recordsPerDocument: size } = templateOf(template);
  const names = new OutputNames({ pattern, countDigits, taken: resolved.takenNames });
  const leaving = new AbortController();
  const within = AbortSignal.any([leaving.signal, ...(signal === undefined ? [] : [signal])]);
  const groups = groupRecords(records, { size, names, range: { from, to }, isDone: resolved.isDone });
  const fastPath = new FastPath(renderer, resolved);
  const context = { renderer, request: resolved, fastPath, signal: within, onProgress };
  // What can't be removed is looked at again by the next merge.
  await removeDeadWorkspaces(dirname(join(template.inputDirectory, template.document)), silentLogger);
  const line = new MergeLine(groups, (group, onRendered) => renderGroup(group, { ...context, onRendered }));
  try {
    for (;;) {
      if (signal?.aborted !== true) line.fill(renderer.slots);
      const document = await line.next();
      if (document === undefined) break;
      if (document.status === 'failed' && fatal.has(document.error.code)) {
        throw signal?.aborted === true ? cancelled(signal) : document.error;
      }
      if (document.status === 'failed' && onRecordError === 'skip') continue;
      if (document.status === 'failed' && onRecordError === 'stop') line.beginNoMore();
      yield document;
    }
    if (signal !== undefined) throwIfCancelled(signal);
  } finally {
    leaving.abort(new PubpipeError('CANCELLED', 'Nobody waits for the merge any more.'));
    try {
      // Nobody will take what has ended meanwhile.
      const untaken = await line.close();
      await Promise.all(untaken.map(removeFiles));
    } finally {
      await fastPath.close();
    }
  }
}

async function removeFiles(document: MergedDocument): Promise<void> {
  if (document.status === 'rendered') await rm(document.directory, { recursive: true, force: true });
}

/** Renders the document of a group, and calls `onRendered` when only checks are left. */
type RenderGroup = (group: RecordGroup, onRendered: () => void) => Promise<MergedDocument>;

/** Documents under way, and the one whose records are being read. */
class MergeLine {
  readonly #groups: AsyncGenerator<RecordGroup, void, undefined>;
  readonly #render: RenderGroup;
  readonly #running = new Set<Promise<() => MergedDocument>>();
  /** Those of them that are not rendered yet. */
  readonly #rendering = new Set<RecordGroup>();
  #reading: Promise<void> | undefined;
  #slots = 1;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(groups: AsyncGenerator<RecordGroup, void, undefined>, render: RenderGroup) {
    this.#groups = groups;
    this.#render = render;
  }

  /** Begins documents until `slots` are being rendered, while at most as many again are checked. */
  fill(slots: number): void {
    this.#slots = slots;
    if (this.#ended || this.#reading !== undefined) return;
    if (this.#rendering.size >= slots || this.#running.size >= 2 * slots) return;
    this.#reading = this.#read();
  }

  beginNoMore(): void {
    this.#ended = true;
  }

  /** Waits for the next document that ends; undefined when there is none left. Throws what has ended the records. */
  async next(): Promise<MergedDocument | undefined> {
    for (;;) {
      const waiting = [...this.#running, ...(this.#reading === undefined ? [] : [this.#reading])];
      if (waiting.length === 0) break;
      const take = await Promise.race(waiting);
      if (take !== undefined) return take();
      this.fill(this.#slots);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return undefined;
  }

  /** Resolves when nothing is under way any more, with the documents that nobody has taken. */
  async close(): Promise<readonly MergedDocument[]> {
    this.#ended = true;
    await this.#reading;
    const ended = await Promise.all(this.#running);
    await this.#groups.return();
    return ended.map((take) => take());
  }

  async #read(): Promise<void> {
    try {
      const { value: group } = await this.#groups.next();
      if (group === undefined) this.#ended = true;
      else if (!this.#ended) this.#begin(group);
    } catch (error) {
      this.#ended = true;
      this.#failure = { error };
    }
    this.#reading = undefined;
    this.fill(this.#slots);
  }

  #begin(group: RecordGroup): void {
    this.#rendering.add(group);
    const rendered = () => {
      if (this.#rendering.delete(group)) this.fill(this.#slots);
    };
    const running: Promise<() => MergedDocument> = this.#render(group, rendered).then((document) => {
      this.#rendering.delete(group);
      return () => {
        this.#running.delete(running);
        return document;
      };
    });
    this.#running.add(running);
  }
}
