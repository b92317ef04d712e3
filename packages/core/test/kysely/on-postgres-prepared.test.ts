import { describeJobStore } from '@pubpipe/core/testing';
import { usePostgres } from '../support/postgres.ts';

// Without this the server takes to a plan for all values only when a statement has come for the sixth time.
const options = '-c plan_cache_mode=force_generic_plan';
const prepared = usePostgres({}, { prepares: true, options });

describeJobStore('The Kysely job store on PostgreSQL that keeps its statements', () => prepared.open());
