import { createHash } from 'node:crypto';
import { type Pipeline, PubpipeError } from '@pubpipe/core';
import { expect, test } from 'vitest';
import { shop } from '../work/order.ts';
import { judgeOrders, type OrderRows } from './judge-orders.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const contents = new Map([['pdf', 'the whole']]);

/** What is stored, without a store: the judge only reads. */
const pipeline = {
  download: async ({ id }: { readonly id: string }) => {
    const text = contents.get(id);
    if (text === undefined) throw new PubpipeError('ARTIFACT_NOT_FOUND', 'There is none.');
    const body = (async function* () {
      yield Buffer.from(text);
    })();
    return { body };
  },
} as unknown as Pick<Pipeline, 'download'>;

const job = { id: 'j', tenant: shop, status: 'completed', reference: 'order-1', attempt: 2, error_code: null } as const;
const completed = { job_id: 'j', seq: 3, position: 3, type: 'completed', data: { attempt: 2 } } as const;
const link = {
  job_id: 'j',
  role: 'output',
  name: 'document.pdf',
  attempt: 2,
  artifact_id: 'pdf',
  state: 'ready',
  sha256: sha256('the whole'),
};
const sound: OrderRows = { jobs: [job], events: [completed], links: [link], records: [], hostOrders: new Map() };

const judge = (rows: Partial<OrderRows>, expected = 'the whole', orders = [1]) =>
  judgeOrders(
    orders,
    { ...sound, ...rows },
    { pipeline, expectations: () => new Map([['document.pdf', sha256(expected)]]) },
  );

test('an order with its files is completed', async () => {
  expect(await judge({})).toEqual({ submitted: 1, completed: 1, lost: [], completedTwice: [], wrong: [] });
});

test('an order without a job, with a failed one, or without its content is lost', async () => {
  expect((await judge({}, 'the whole', [1, 2])).lost).toEqual(['order 2 has no job']);
  expect(await judge({ jobs: [{ ...job, status: 'failed' }] })).toMatchObject({
    completed: 0,
    lost: [expect.any(String)],
  });
  expect((await judge({ links: [{ ...link, artifact_id: 'gone' }] })).lost).toHaveLength(1);
});

test('a second job or a second completion is seen', async () => {
  expect((await judge({ jobs: [job, { ...job, id: 'k' }] })).completedTwice).toHaveLength(1);
  expect((await judge({ events: [completed, completed] })).completedTwice).toHaveLength(1);
});

test('outputs that are missing, too many, of another attempt, left over or wrong are seen', async () => {
  expect((await judge({ links: [] })).wrong).toHaveLength(1);
  expect((await judge({ links: [link, { ...link, name: 'other.pdf' }] })).wrong).toHaveLength(1);
  expect((await judge({ links: [{ ...link, attempt: 1 }] })).wrong).toHaveLength(1);
  expect((await judge({ links: [link, { ...link, role: 'preview', name: 'page-0001.png' }] })).wrong).toHaveLength(1);
  expect((await judge({}, 'something else')).wrong).toHaveLength(1);
  expect((await judge({ links: [{ ...link, sha256: sha256('the row') }] })).wrong).toHaveLength(1);
});

test('a record that has failed, has no file, or a file without its record is seen', async () => {
  const file = { ...link, role: 'record', name: '1.pdf', attempt: 1 };
  const record = { job_id: 'j', first_record: 1, status: 'rendered' };
  const judgeMerge = (rows: Partial<OrderRows>) =>
    judgeOrders(
      [1],
      { ...sound, links: [file], records: [record], ...rows },
      { pipeline, expectations: () => new Map([['1.pdf', sha256('the whole')]]) },
    );
  expect((await judgeMerge({})).wrong).toEqual([]);
  expect((await judgeMerge({ records: [] })).wrong).toHaveLength(1);
  expect((await judgeMerge({ records: [record, { ...record, first_record: 2 }] })).wrong).toHaveLength(1);
  expect(
    (await judgeMerge({ records: [record, { ...record, first_record: 2, status: 'failed' }] })).wrong,
  ).toHaveLength(1);
  // It lacks the file too.
  expect((await judgeMerge({ links: [] })).wrong).toHaveLength(2);
});
