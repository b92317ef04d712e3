import { describeJobStore } from '@pubpipe/core/testing';
import { openOnFile } from '../support/sqlite.ts';

describeJobStore('The Kysely job store on a SQLite file', openOnFile);
