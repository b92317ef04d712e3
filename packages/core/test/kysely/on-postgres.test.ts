import { describeJobStore } from '@pubpipe/core/testing';
import { usePostgres } from '../support/postgres.ts';

describeJobStore('The Kysely job store on PostgreSQL', usePostgres().open);
describeJobStore(
  'The Kysely job store in a schema of its own on PostgreSQL',
  usePostgres({ schema: 'printing', tablePrefix: 'pp_' }).open,
);
