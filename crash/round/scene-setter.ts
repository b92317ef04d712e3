import { readdir, readFile, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import type { JobView } from '@pubpipe/core';
import { sql } from 'kysely';
import type { Parts } from '../parts/open-parts.ts';
import { patiently } from '../parts/patiently.ts';
import type { SceneName } from '../steps/steps.ts';
import { documentOf, failsAtFirst, filesOf } from '../work/content.ts';
import { isMerge, requestOf, shop, uploadOf, type Workload } from '../work/order.ts';
import type { RoundPlaces } from './round-setup.ts';

/** The first number of an order that is not one of `--jobs`. */
const firstExtraOrder = 1_000_000;
const day = 86_400_000;

type WantedOrder = 'any' | 'failing' | 'paged' | 'merge';

/** Sets the scenes in which a process comes to its step, through the same ports as everybody. */
export class SceneSetter {
  readonly #parts: Parts;
  readonly #places: RoundPlaces;
  readonly #workload: Workload;
  readonly #stuck = new AbortController();
  readonly #uploads: Promise<unknown>[] = [];
  readonly #orders: number[] = [];
  #next = firstExtraOrder;

  constructor(parts: Parts, places: RoundPlaces, workload: Workload) {
    this.#parts = parts;
    this.#places = places;
    this.#workload = workload;
  }

  /** Orders that it has submitted or given away. Each of them is to be completed like any other. */
  get orders(): readonly number[] {
    return this.#orders;
  }

  /** An order for somebody else to submit. */
  takeOrder(isWanted: (order: number) => boolean = () => true): number {
    while (!isWanted(this.#next)) this.#next += 1;
    const order = this.#nextNumber();
    this.#orders.push(order);
    return order;
  }

  /** What makes a scene in which a worker comes to its step; it may be made again and again. */
  ofWorker(scene: SceneName): () => Promise<unknown> {
    const makers: Partial<Record<SceneName, () => Promise<unknown>>> = {
      orders: () => this.submitOrder('any'),
      'failing-orders': () => this.submitOrder('failing'),
      'paged-orders': () => this.submitOrder('paged'),
      merges: () => this.submitOrder('merge'),
      'lost-claim': () => this.loseClaim(),
      'lost-delivery': () => this.loseDelivery(),
      'untold-job': () => this.submitUntold(),
      'abandoned-artifact': () => this.abandonArtifact(),
      'expired-upload': () => this.expireUpload(),
      'old-deleted': () => this.ageDeleted(),
      'stuck-upload': () => this.beginStuckUpload(),
      'abandoned-scratch': () => this.abandonScratch(),
      'poisoned-job': () => this.poisonJob(),
    };
    const maker = makers[scene];
    if (maker === undefined) throw new RangeError(`"${scene}" is no scene of a worker.`);
    return maker;
  }

  /** Submits an order whose first attempt fails, has previews, is a merge, or which does not matter. */
  async submitOrder(wanted: WantedOrder): Promise<void> {
    const order = this.takeOrder((candidate) => this.#isLike(candidate, wanted));
    const document = await this.#upload(order);
    await patiently(() => this.#parts.pipeline.submit(requestOf(this.#workload, order, document)));
  }

  /** A job that has been claimed so often without an end that the next sweep gives it up. */
  async poisonJob(): Promise<void> {
    const { db, jobStore } = this.#parts;
    const job = await this.submitLate('poisoned');
    // Nobody is told of it, so that nobody else claims it.
    await patiently(() =>
      sql`UPDATE pubpipe_jobs SET run_at = 0, dispatched_at = ${Date.now()}, lost_claims = 19 WHERE id = ${job.id}`.execute(
        db,
      ),
    );
    await patiently(() => jobStore.claim({ jobId: job.id, owner: 'nobody', leaseMs: 1 }));
  }

  /** A job of another tenant that is not due for an hour. */
  async submitLate(tenant: string): Promise<JobView> {
    const order = this.#nextNumber();
    const document = await patiently(() => this.#parts.pipeline.upload({ ...uploadOf(this.#workload, order), tenant }));
    const request = { ...requestOf(this.#workload, order, document.id), tenant, delayMs: 3_600_000 };
    return (await patiently(() => this.#parts.pipeline.submit(request))).job;
  }

  /** A job of the shop that was cancelled before it was due; retried, it is to be completed like any other. */
  async cancelOrder(): Promise<JobView> {
    const order = this.takeOrder();
    const request = { ...requestOf(this.#workload, order, await this.#upload(order)), delayMs: 3_600_000 };
    const { job } = await patiently(() => this.#parts.pipeline.submit(request));
    return await patiently(() => this.#parts.pipeline.cancel(job));
  }

  /** A tenant with a queued job, one that is done soon, and an upload that no job uses. */
  async openTenant(tenant: string): Promise<void> {
    await this.submitLate(tenant);
    const { pipeline } = this.#parts;
    const order = this.#nextNumber();
    const document = await patiently(() => pipeline.upload({ ...uploadOf(this.#workload, order), tenant }));
    await patiently(() => pipeline.submit({ ...requestOf(this.#workload, order, document.id), tenant }));
    await patiently(() => pipeline.upload({ ...uploadOf(this.#workload, order), tenant }));
  }

  /** Ends what stands still on purpose. */
  async close(): Promise<void> {
    this.#stuck.abort();
    await Promise.allSettled(this.#uploads);
  }

  #isLike(order: number, wanted: WantedOrder): boolean {
    const { seed, renderer } = this.#workload;
    // Each document for Scribus has pages, and none fails.
    if (wanted === 'any' || renderer === 'scribus') return true;
    if (wanted === 'merge' || isMerge(this.#workload, order))
      return wanted === 'merge' && isMerge(this.#workload, order);
    const document = documentOf(seed, order);
    return wanted === 'failing' ? failsAtFirst(document) : filesOf(document).length > 1;
  }

  #nextNumber(): number {
    this.#next += 1;
    return this.#next - 1;
  }

  async #upload(order: number): Promise<string> {
    return (await patiently(() => this.#parts.pipeline.upload(uploadOf(this.#workload, order)))).id;
  }

  /** Submits an order that the queue is not told of. */
  async submitUntold() {
    const order = this.takeOrder();
    const document = await this.#upload(order);
    const { db, pipeline } = this.#parts;
    return await patiently(() =>
      db
        .transaction()
        .execute((transaction) => pipeline.submit(requestOf(this.#workload, order, document), { transaction })),
    );
  }

  /** A worker claims a job, shows a page, and is never heard of again. */
  async loseClaim(): Promise<void> {
    const { jobStore, artifactStore } = this.#parts;
    const { job } = await this.submitUntold();
    const claimed = await patiently(() => jobStore.claim({ jobId: job.id, owner: 'nobody', leaseMs: 2_000 }));
    // A sweep was faster, and a living worker has it.
    if (claimed === undefined) return;
    const { claim } = claimed;
    const file = { tenant: shop, kind: 'rendition', fileName: 'page-0001.png', mediaType: 'image/png' } as const;
    const { id: artifactId, storageKey } = await patiently(() => jobStore.beginArtifact(file));
    const { byteSize, sha256 } = await patiently(() => artifactStore.put(storageKey, oneChunk()));
    const preview = { artifactId, byteSize, sha256, name: file.fileName, page: 1 };
    // Under load the lease may be over by now.
    await patiently(() => jobStore.publishPreview(claim, preview)).catch(() => undefined);
  }

  /** The queue was told of a job, and has lost it. */
  async loseDelivery(): Promise<void> {
    const { job } = await this.submitUntold();
    await patiently(() => this.#parts.jobStore.markDispatched({ jobId: job.id, dispatch: 1, priority: 0 }));
  }

  /** A process has died between the blob and its publication, a day ago. */
  async abandonArtifact(): Promise<void> {
    const { jobStore, artifactStore, db } = this.#parts;
    const file = { tenant: shop, kind: 'upload', fileName: 'a.sla', mediaType: 'text/xml' } as const;
    const { id, storageKey } = await patiently(() => jobStore.beginArtifact(file));
    await patiently(() => artifactStore.put(storageKey, oneChunk()));
    await patiently(() =>
      sql`UPDATE pubpipe_artifacts SET created_at = created_at - ${day} WHERE id = ${id}`.execute(db),
    );
  }

  /** What was deleted once was deleted a day ago. */
  async ageDeleted(): Promise<void> {
    await this.expireUpload();
    await patiently(() =>
      sql`UPDATE pubpipe_artifacts SET deleted_at = deleted_at - ${day} WHERE state = 'deleting'`.execute(
        this.#parts.db,
      ),
    );
  }

  /** Nobody has used an upload in time. */
  async expireUpload(): Promise<void> {
    const id = await this.#upload(this.#nextNumber());
    await patiently(() => sql`UPDATE pubpipe_artifacts SET expires_at = 0 WHERE id = ${id}`.execute(this.#parts.db));
  }

  /** A process has died with its scratch directories, three days ago. */
  async abandonScratch(): Promise<void> {
    const scratch = await createFsScratchSpace({ directory: this.#places.scratch }).open();
    await utimes(dirname(scratch.inputDirectory), new Date(0), new Date(0));
  }

  /** An upload that comes to a stop after its first part: on the file system it is old at once. */
  async beginStuckUpload(): Promise<void> {
    const { store } = this.#places.near;
    if (store.kind === 'fs') await ageStuckFiles(store.directory);
    if (this.#uploads.length >= 40) return;
    const { signal } = this.#stuck;
    const { artifactStore, jobStore } = this.#parts;
    const upload = async (): Promise<void> => {
      const file = { tenant: shop, kind: 'upload', fileName: 'stuck.sla', mediaType: 'text/xml' } as const;
      const { storageKey } = await patiently(() => jobStore.beginArtifact(file));
      await artifactStore.put(storageKey, firstPart(signal), { signal });
    };
    // It is cut at the latest when the scene ends.
    this.#uploads.push(upload().catch(() => undefined));
  }
}

async function* oneChunk(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('what nobody needs');
}

const stuckMark = 'an upload that is stuck';

async function* firstPart(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(6 * 1024 ** 2, stuckMark);
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}

/** Makes the temporary files of stuck uploads old, and no others: those may be under way. */
async function ageStuckFiles(directory: string): Promise<void> {
  const incoming = join(directory, 'incoming');
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    // Another process may have put it in its place by now.
    const text = await readFile(path, 'latin1').catch(() => '');
    if (text.startsWith(stuckMark)) await utimes(path, new Date(0), new Date(0)).catch(() => undefined);
  }
}
