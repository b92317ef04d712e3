import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { beforeAll, describe } from 'vitest';
import { describeAttacks } from './describe-attacks.ts';

const nobody = 65_534;

/** Whether others may go through all the directories down to here. */
const isOpenToOthers = (directory: string): boolean =>
  (statSync(directory).mode & 0o001) !== 0 && (directory === '/' || isOpenToOthers(dirname(directory)));

// Anybody but root is an unprivileged user already: the other file is this one then.
const becomesNobody = process.getuid?.() === 0 && isOpenToOthers(import.meta.dirname);

describe.skipIf(!becomesNobody)('as an unprivileged user (left out where others can not read this directory)', () => {
  beforeAll(() => {
    // The tests of a file have a process of their own, and all that they start has its rights.
    process.setgroups?.([]);
    process.setgid?.(nobody);
    process.setuid?.(nobody);
  });

  describeAttacks();
});
