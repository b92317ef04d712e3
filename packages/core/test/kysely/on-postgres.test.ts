import { describeJobStore } from '@pubpipe/core/testing';
import { usePostgres } from '../support/postgres.ts';

const plain = usePostgres();
const named = usePostgres({ schema: 'printing', tablePrefix: 'pp_' });

describeJobStore('The Kysely job store on PostgreSQL', () => plain.open());
describeJobStore('The Kysely job store in a schema of its own on PostgreSQL', () => named.open());
