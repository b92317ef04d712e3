"""Processes: who they are, whether they sleep, and how a group of them ends."""

import os
import resource
import signal
import time

QUIET_PAUSE_S = 0.0005
QUIET_TRIES = 200


def kill_group(leader):
    """Kills a group whose leader has not been collected, so that the number is certainly its own."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        # Between fork and setsid there is no group yet.
        os.kill(leader, signal.SIGKILL)


def group_is_gone(group):
    """Collects dead members of a killed group; orphans among them have become our children."""
    try:
        while os.waitpid(-group, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        return True
    return False


def kill_strays(leaders):
    """Kills children that are no job's leader: orphans that have left their group."""
    with open(f"/proc/self/task/{os.getpid()}/children") as children:
        for pid in map(int, children.read().split()):
            if pid in leaders or os.getpgid(pid) in leaders:
                continue
            os.kill(pid, signal.SIGKILL)


def wait_until_quiet():
    """Waits, not for ever, until every other thread sleeps: one that holds a lock would leave it locked in the child."""
    for _ in range(QUIET_TRIES):
        if all(state == "S" for state in states_of_other_threads()):
            return
        time.sleep(QUIET_PAUSE_S)


def states_of_other_threads():
    for thread in os.listdir("/proc/self/task"):
        if int(thread) == os.getpid():
            continue
        try:
            yield stat_fields(f"self/task/{thread}")[0]
        except FileNotFoundError:
            # It has just ended.
            continue


def start_time(pid):
    """When a process was started, in clock ticks since the machine was: with its number, who it is."""
    return int(stat_fields(pid)[19])


def stat_fields(process):
    """The fields of `stat` from the third on; the second, the name, may hold anything."""
    with open(f"/proc/{process}/stat") as stat:
        return stat.read().rpartition(")")[2].split()


def resident_kib():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() // 1024
