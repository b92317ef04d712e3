import { availableParallelism, totalmem } from 'node:os';
import process from 'node:process';

const most = 8;
/** What a render of an ordinary document takes at most, besides what it shares with the warm process. */
const bytesEach = 256 * 1024 * 1024;
/** The warm process, its replacement, and the host. */
const bytesForAll = 512 * 1024 * 1024;

/** As many renders at once as there are processors, and as fit in the memory that the system or its container has; 1 to 8. */
export function defaultSlots(): number {
  const constrained = process.constrainedMemory();
  // Without a limit some systems answer 0, others a number beyond all memory.
  const memory = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  const fit = Math.floor((memory - bytesForAll) / bytesEach);
  return Math.max(1, Math.min(availableParallelism(), fit, most));
}
