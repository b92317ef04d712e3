import type { JobFilter, JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import type { CompiledQuery, Kysely } from 'kysely';
import { median, pairedRatio } from '../statistics.ts';
import type { Row } from '../suite.ts';
import { createDatabase, openPool } from './bench-database.ts';
import { countScans } from './count-scans.ts';
import { fillJobs, jobIdOf, referenceOf, tenants } from './fill-jobs.ts';
import { readOneByOne } from './read-one-by-one.ts';

const few = 1_000;
const many = 1_000_000;
const rounds = 15;
const pageRounds = 101;
const [tenant] = tenants;

interface FilledStore {
  readonly db: Kysely<unknown>;
  readonly store: JobStore;
  readonly count: number;
  /** Statements so far. */
  readonly statements: () => number;
  /** The last of them. */
  readonly lastStatement: () => CompiledQuery;
}

/** What lists of jobs cost: beside one query for each relation, and among many jobs. */
export async function measureLists(serverUrl: string): Promise<Row[]> {
  const stores = [await openFilled(serverUrl, few), await openFilled(serverUrl, many)] as const;
  try {
    return [...(await measureJoin(stores[1])), ...(await measurePages(...stores))];
  } finally {
    await Promise.all(stores.map(({ db }) => db.destroy()));
  }
}

async function openFilled(serverUrl: string, count: number): Promise<FilledStore> {
  const url = await createDatabase(serverUrl, `jobs_${count}`);
  let statements = 0;
  let last: CompiledQuery | undefined;
  const db = openPool(url, {
    log: ({ query }) => {
      statements += 1;
      last = query;
    },
  });
  const store = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
  await fillJobs(url, count);
  const lastStatement = () => {
    if (last === undefined) throw new Error('There was no statement yet.');
    return last;
  };
  return { db, store, count, statements: () => statements, lastStatement };
}

/** 1,000 jobs, which is the longest page, with their documents, assets and outputs. */
async function measureJoin({ store, db, statements }: FilledStore): Promise<Row[]> {
  const page = { tenant, limit: 1_000 };
  const before = statements();
  const { jobs } = await store.list(page);
  const perList = statements() - before;
  const same = await readOneByOne(db, page);
  if (jobs.length !== 1_000 || same.length !== 1_000 || jobs.some(({ id }, index) => id !== same[index]?.id)) {
    throw new Error('The two ways did not read the same jobs.');
  }
  const joined: number[] = [];
  const oneByOne: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    joined.push(await timed(() => store.list(page)));
    oneByOne.push(await timed(() => readOneByOne(db, page)));
  }
  return [
    { id: 'statements-per-list', value: perList, unit: 'statements', goal: 1, comparator: '<=', samples: 1 },
    { id: 'n-plus-1-over-join', ...pairedRatio(oneByOne, joined), unit: 'ratio', goal: 30, comparator: '>=' },
    { id: 'list-1000-ms', value: median(joined), unit: 'ms', samples: rounds },
    { id: 'n-plus-1-1000-ms', value: median(oneByOne), unit: 'ms', samples: rounds },
  ];
}

/** Each kind of page, of 50 jobs in both stores. */
const pages: Readonly<Record<string, (count: number) => Partial<JobFilter>>> = {
  first: () => ({}),
  deep: (count) => ({ cursor: Buffer.from(jobIdOf(Math.floor(count / 2))).toString('base64url') }),
  'of-a-status': () => ({ status: 'failed' }),
  'of-a-status-deep': (count) => ({
    status: 'failed',
    cursor: Buffer.from(jobIdOf(Math.floor((count * 3) / 4))).toString('base64url'),
  }),
  'of-a-type': () => ({ type: 'merge' }),
  'of-a-reference': (count) => ({ reference: referenceOf(Math.floor(count / 2)) }),
};

async function measurePages(small: FilledStore, large: FilledStore): Promise<Row[]> {
  const ratios = [];
  let scans = 0;
  for (const [kind, filterOf] of Object.entries(pages)) {
    const read = async ({ store, count }: FilledStore) => {
      const { jobs } = await store.list({ tenant, limit: 50, ...filterOf(count) });
      if (jobs.length !== 50) throw new Error(`A page ${kind} of ${count} jobs has ${jobs.length}.`);
    };
    const [inFew, inMany]: [number[], number[]] = [[], []];
    for (let round = 0; round < pageRounds; round += 1) {
      inFew.push(await timed(() => read(small)));
      inMany.push(await timed(() => read(large)));
    }
    ratios.push({ kind, ...pairedRatio(inMany, inFew), ms: median(inMany) });
    scans += await countScans(large.db, large.lastStatement());
  }
  const worst = ratios.reduce((a, b) => (a.value > b.value ? a : b));
  const { value, spread, samples } = worst;
  const kinds = Object.keys(pages).length;
  return [
    // As EXPLAIN tells of each kind of page, among a million jobs.
    { id: 'page-table-scans-1m', value: scans, unit: 'scans', goal: 0, comparator: '<=', samples: kinds },
    // The dearest kind of page decides.
    { id: 'page-cost-1m-over-1k', value, spread, samples, unit: 'ratio', goal: 1.5, comparator: '<=' },
    ...ratios.flatMap(({ kind, ms, ...ratio }): Row[] => [
      { id: `page-${kind}-1m-over-1k`, ...ratio, unit: 'ratio' },
      { id: `page-${kind}-1m-ms`, value: ms, unit: 'ms', samples: pageRounds },
    ]),
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
