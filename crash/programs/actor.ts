// One deed of the crash test: cancels, retries, erases or purges, and is killed at a step of it.
import { openParts } from '../parts/open-parts.ts';
import { readSetup } from '../parts/process-setup.ts';
import { trapOf } from '../steps/trap-of.ts';
import { act } from '../work/act.ts';

const setup = readSetup('actor');
const parts = await openParts(setup.parts, { trap: trapOf(setup) });
await act(parts.pipeline, setup);
await parts.close();
