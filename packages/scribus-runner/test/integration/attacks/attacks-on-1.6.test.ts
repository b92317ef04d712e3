import process from 'node:process';
import { describe } from 'vitest';
import { leavesOutScribusRoot } from '../../../../../test/kit/scribus-root.ts';
import { openScribus16 } from '../scribus-installations.ts';
import { describeSandboxAlone } from './describe-attacks.ts';

// Screening is the same for every Scribus; what it lets through is not.
describe.skipIf(leavesOutScribusRoot(process.env))('on Scribus 1.6 (left out by SCRIBUS_1_6_ROOT=none)', () => {
  describeSandboxAlone(async () => (await openScribus16()).scribus);
});
