import { describeJobStore } from '@pubpipe/core/testing';
import { openInMemory } from '../support/sqlite.ts';

describeJobStore('The Kysely job store on SQLite in memory', openInMemory);
