"""Processes: who they are, whether they sleep, and how a group of them ends."""

import os
import resource
import signal
import time

QUIET_PAUSE_S = 0.0005
QUIET_TRIES = 200
# Orphans that multiply faster than they are killed must not hold up other jobs for ever.
STRAY_ROUNDS = 1000


def kill_group(leader):
    """Kills a group whose leader has not been collected, so that the number is certainly its own."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        # Between fork and setsid there is no group yet.
        os.kill(leader, signal.SIGKILL)


def kill_member(leader, pid):
    """Kills one process of a group whose leader has not been collected. `pid` may be anybody's word."""
    try:
        process = os.pidfd_open(pid)
    except (OSError, OverflowError):
        return
    try:
        # From here on it is this process or none: a number that is given away meanwhile is not followed.
        if pid != leader and os.getpgid(pid) == leader:
            signal.pidfd_send_signal(process, signal.SIGKILL)
    except ProcessLookupError:
        # It has just ended.
        pass
    finally:
        os.close(process)


def group_is_gone(group):
    """Collects dead members of a killed group; orphans among them have become our children."""
    try:
        while os.waitpid(-group, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        return True
    return False


def kill_strays(leaders):
    """Kills children that are no job's leader: orphans that have left their group, and what becomes ours by their end."""
    for _ in range(STRAY_ROUNDS):
        strays = [pid for pid in children() if pid not in leaders and os.getpgid(pid) not in leaders]
        if not strays:
            return
        for pid in strays:
            os.kill(pid, signal.SIGKILL)
        for pid in strays:
            os.waitpid(pid, 0)


def children():
    with open(f"/proc/self/task/{os.getpid()}/children") as children:
        return [int(pid) for pid in children.read().split()]


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
