import { createHash } from 'node:crypto';
import { isPubpipeError, type Pipeline } from '@pubpipe/core';
import pLimit from 'p-limit';
import { patiently } from '../parts/patiently.ts';
import type { Expectations } from '../work/expectations.ts';
import { isInHostTransaction, referenceOf, shop } from '../work/order.ts';
import type { EventRow, JobRow, LinkRow, RecordRow } from './read-rows.ts';

/** What the database says of all orders. */
export interface OrderRows {
  readonly jobs: readonly JobRow[];
  readonly events: readonly EventRow[];
  readonly links: readonly LinkRow[];
  readonly records: readonly RecordRow[];
  readonly hostOrders: ReadonlyMap<number, string>;
}

/** What became of the orders. Each list has a sentence for each order that it is about. */
export interface OrderVerdict {
  readonly submitted: number;
  readonly completed: number;
  /** Without a completed job whose files are all there. */
  readonly lost: readonly string[];
  readonly completedTwice: readonly string[];
  /** Outputs and files of records that are there twice, were not asked for, or have other bytes than the input gives. */
  readonly wrong: readonly string[];
}

/** Looks at each order: its job, its end, and the bytes of its outputs, read from the store. */
export async function judgeOrders(
  orders: readonly number[],
  rows: OrderRows,
  { pipeline, expectations }: { readonly pipeline: Pick<Pipeline, 'download'>; readonly expectations: Expectations },
): Promise<OrderVerdict> {
  const jobs = Map.groupBy(
    rows.jobs.filter(({ tenant }) => tenant === shop),
    ({ reference }) => reference,
  );
  const completions = Map.groupBy(
    rows.events.filter(({ type }) => type === 'completed'),
    (event) => event.job_id,
  );
  const links = Map.groupBy(rows.links, (link) => link.job_id);
  const records = Map.groupBy(rows.records, (record) => record.job_id);
  const verdict = { lost: [] as string[], completedTwice: [] as string[], wrong: [] as string[] };

  async function judge(order: number): Promise<void> {
    const [job, ...others] = jobs.get(referenceOf(order)) ?? [];
    if (others.length > 0) verdict.completedTwice.push(`order ${order} has ${others.length + 1} jobs`);
    if (job?.status !== 'completed') {
      verdict.lost.push(
        `order ${order} ${job === undefined ? 'has no job' : `is ${job.status} (${job.error_code}), job ${job.id}`}`,
      );
      return;
    }
    if (isInHostTransaction(order) && (rows.hostOrders.get(order) ?? job.id) !== job.id) {
      verdict.lost.push(`order ${order} has job ${job.id} and not the one of the host's row`);
    }
    const times = completions.get(job.id)?.length ?? 0;
    if (times !== 1) verdict.completedTwice.push(`order ${order} has ${times} completions`);
    await judgeFiles(order, job, links.get(job.id) ?? []);
    judgeRecords(order, links.get(job.id) ?? [], records.get(job.id) ?? []);
  }

  /** Each record has the one file that it was published with, and none is left that has failed. */
  function judgeRecords(order: number, files: readonly LinkRow[], all: readonly RecordRow[]): void {
    const published = all.filter(({ status }) => status === 'rendered').map((row) => `${row.first_record}.pdf`);
    const named = files.flatMap(({ role, name }) => (role === 'record' ? [name] : []));
    if (published.length !== all.length || published.toSorted().join() !== named.toSorted().join()) {
      verdict.wrong.push(
        `order ${order} has the records ${published.join()} of ${all.length}, and the files ${named.join()}`,
      );
    }
  }

  async function judgeFiles(order: number, job: JobRow, all: readonly LinkRow[]): Promise<void> {
    const expected = new Map(expectations(order));
    for (const link of all) {
      const digest = await readDigest(pipeline, { tenant: job.tenant, id: link.artifact_id });
      const what = `${link.role} "${link.name}" of order ${order}, job ${job.id}`;
      if (digest === undefined) verdict.lost.push(`${what} has no content`);
      else if (digest !== link.sha256) verdict.wrong.push(`${what} has other bytes than its row says`);
      // What one attempt has published of a merge, the next ones leave as it is.
      else if (link.attempt !== job.attempt && link.role !== 'asset' && link.role !== 'record')
        verdict.wrong.push(`${what} is of attempt ${link.attempt}`);
      else if (link.role === 'preview') verdict.wrong.push(`${what} is left`);
      else if (isMade(link) && digest !== expected.get(link.name)) verdict.wrong.push(`${what} has wrong bytes`);
      if (isMade(link)) expected.delete(link.name);
    }
    for (const name of expected.keys()) verdict.wrong.push(`order ${order} has no "${name}", job ${job.id}`);
  }

  await pLimit(4).map(orders, judge);
  return { submitted: orders.length, completed: orders.length - verdict.lost.length, ...verdict };
}

const isMade = ({ role }: LinkRow): boolean => role === 'output' || role === 'record';

async function readDigest(
  pipeline: Pick<Pipeline, 'download'>,
  artifact: { readonly tenant: string; readonly id: string },
): Promise<string | undefined> {
  return await patiently(async () => {
    try {
      const hash = createHash('sha256');
      for await (const chunk of (await pipeline.download(artifact)).body) hash.update(chunk);
      return hash.digest('hex');
    } catch (error) {
      if (isPubpipeError(error) && error.code.startsWith('ARTIFACT_')) return undefined;
      throw error;
    }
  });
}
