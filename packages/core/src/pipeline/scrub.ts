import pLimit from 'p-limit';
import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { isPubpipeError, throwIfCancelled } from '../errors/pubpipe-error.ts';
import type { ArtifactKey } from '../ports/artifact-key.ts';
import type { ArtifactHead } from '../ports/artifact-store.ts';
import type { StoredRow } from '../ports/retention.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { markStoreOwner, readStoreOwner, storeNotOwned } from './store-owner.ts';

/** How to scrub. */
export interface ScrubOptions {
  /** Whether only to report. @defaultValue true */
  readonly dryRun?: boolean | undefined;
  /** Only objects that were stored longer ago than this many milliseconds. @defaultValue 86_400_000 (a day) */
  readonly olderThanMs?: number | undefined;
  /** Whether to mark a store that has no owner yet as this database's. Not in a dry run. @defaultValue false */
  readonly claimStore?: boolean | undefined;
  /** Called with each finding, as they are found. */
  readonly onFinding?: ((finding: ScrubFinding) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What is not as it should be: `orphan`, content that no row needs, which a scrub deletes; `missing`, a
 * row without its content, and `sizeMismatch`, which it only reports.
 */
export interface ScrubFinding {
  readonly kind: 'orphan' | 'missing' | 'sizeMismatch';
  readonly key: ArtifactKey;
  /** Where there is a row. */
  readonly artifactId?: string | undefined;
  /** Bytes that the store has. */
  readonly byteSize?: number | undefined;
  /** Bytes that the row says. */
  readonly expectedByteSize?: number | undefined;
}

/** What a scrub saw and did. */
export interface ScrubReport {
  readonly dryRun: boolean;
  /** Objects that are there, those included that are too young to be compared. */
  readonly objects: number;
  /** Ready rows that were looked at. */
  readonly rows: number;
  readonly orphans: number;
  readonly orphanBytes: number;
  /** Orphans that were deleted. */
  readonly deleted: number;
  readonly missing: number;
  readonly sizeMismatches: number;
}

/** What a scrub works on. */
export type ScrubParts = Pick<PipelineParts, 'artifactStore' | 'clock'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'identity' | 'artifactsByKey' | 'readyArtifacts'>;
};

const batch = 500;
const atOnce = 8;

interface Run {
  readonly parts: ScrubParts;
  readonly dryRun: boolean;
  readonly onFinding: (finding: ScrubFinding) => void;
  readonly signal: AbortSignal | undefined;
  /** What was stored before this is looked at. */
  readonly before: number;
  readonly report: { -readonly [Name in keyof ScrubReport]: ScrubReport[Name] };
}

/**
 * Compares the whole artifact store with the rows, both streamed. It looks only below `artifacts/`, where
 * keys of artifacts begin.
 *
 * @throws PubpipeError `STORE_NOT_OWNED` when the store's owner marker names another database, or when it
 * is no dry run and there is none.
 */
export async function scrub(parts: ScrubParts, options: ScrubOptions = {}): Promise<ScrubReport> {
  const { dryRun = true, olderThanMs = 86_400_000, claimStore = false, onFinding = () => {}, signal } = options;
  checkWholeNumbers({ olderThanMs }, { least: 0 });
  await checkOwner(parts, { claim: claimStore, dryRun, signal });
  const report = { dryRun, objects: 0, rows: 0, orphans: 0, orphanBytes: 0, deleted: 0, missing: 0, sizeMismatches: 0 };
  const run: Run = { parts, dryRun, onFinding, signal, before: parts.clock.now() - olderThanMs, report };
  await compareObjects(run);
  await compareRows(run);
  return report;
}

async function checkOwner(
  { artifactStore, jobStore }: ScrubParts,
  how: { readonly claim: boolean; readonly dryRun: boolean; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const database = await jobStore.identity();
  const owner = await readStoreOwner(artifactStore, how.signal);
  if (owner === database || (owner === undefined && how.dryRun)) return;
  if (owner !== undefined || !how.claim) throw storeNotOwned(owner, database);
  await markStoreOwner(artifactStore, database, how.signal);
}

async function compareObjects(run: Run): Promise<void> {
  let heads: ArtifactHead[] = [];
  for await (const head of run.parts.artifactStore.list({ prefix: 'artifacts/', signal: run.signal })) {
    run.report.objects += 1;
    if (head.modifiedAt < run.before) heads.push(head);
    if (heads.length < batch) continue;
    await compareSome(run, heads);
    heads = [];
  }
  await compareSome(run, heads);
}

/** Rows are read after the objects were listed, and are written before them: an object without a row has none. */
async function compareSome(run: Run, heads: readonly ArtifactHead[]): Promise<void> {
  throwIfCancelled(run.signal);
  const rows = await run.parts.jobStore.artifactsByKey(heads.map(({ key }) => key));
  const byKey = new Map<string, StoredRow>(rows.map((row) => [row.storageKey, row]));
  await pLimit(atOnce).map(heads, async ({ key, byteSize }) => {
    const row = byKey.get(key);
    if (row === undefined || row.state === 'deleted') return await settleOrphan(run, { key, byteSize, id: row?.id });
    if (row.state !== 'ready' || row.byteSize === byteSize) return;
    run.report.sizeMismatches += 1;
    run.onFinding({ kind: 'sizeMismatch', key, artifactId: row.id, byteSize, expectedByteSize: row.byteSize });
  });
}

async function settleOrphan(
  { report, onFinding, dryRun, parts, signal }: Run,
  { key, byteSize, id }: { readonly key: ArtifactKey; readonly byteSize: number; readonly id: string | undefined },
): Promise<void> {
  report.orphans += 1;
  report.orphanBytes += byteSize;
  onFinding({ kind: 'orphan', key, artifactId: id, byteSize });
  if (dryRun) return;
  await parts.artifactStore.delete(key, { signal });
  report.deleted += 1;
}

async function compareRows(run: Run): Promise<void> {
  const { jobStore } = run.parts;
  for (let after: string | undefined; ; ) {
    throwIfCancelled(run.signal);
    const rows = await jobStore.readyArtifacts({ after, limit: batch });
    run.report.rows += rows.length;
    const without = await pLimit(atOnce).map(rows, async (row) => ((await hasContent(run, row)) ? [] : [row]));
    await reportMissing(run, without.flat());
    after = rows.at(-1)?.id;
    if (rows.length < batch) return;
  }
}

async function hasContent({ parts, signal }: Run, { storageKey }: StoredRow): Promise<boolean> {
  try {
    await parts.artifactStore.head(storageKey, { signal });
    return true;
  } catch (error) {
    if (isPubpipeError(error) && error.code === 'ARTIFACT_NOT_FOUND') return false;
    throw error;
  }
}

/** A row may have been deleted between the two looks: it is read once more. */
async function reportMissing(run: Run, rows: readonly StoredRow[]): Promise<void> {
  for (const row of await run.parts.jobStore.artifactsByKey(rows.map(({ storageKey }) => storageKey))) {
    if (row.state !== 'ready') continue;
    run.report.missing += 1;
    run.onFinding({ kind: 'missing', key: row.storageKey, artifactId: row.id, expectedByteSize: row.byteSize });
  }
}
