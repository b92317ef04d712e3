import { numbersOfProcesses } from '../group-usage.ts';
import { killProcessGroup } from '../process-group.ts';
import { processStat } from '../process-stat.ts';

/**
 * Kills the group of a forked process whose server has died. Its number may belong to somebody else by
 * now, so its start time is compared; where it is dead, what is left of its session is looked for.
 */
export function killForkedGroup({
  pid,
  startTime,
}: {
  readonly pid: number;
  readonly startTime?: number | undefined;
}): void {
  const leader = processStat(pid);
  const isOurs = leader === undefined ? hasMembers(pid) : leader.startTime === startTime;
  if (isOurs) killProcessGroup(pid);
}

/** Whether anybody is in the session. While somebody is, its number is not given to a new process. */
function hasMembers(session: number): boolean {
  return numbersOfProcesses().some((id) => processStat(id)?.session === session);
}
