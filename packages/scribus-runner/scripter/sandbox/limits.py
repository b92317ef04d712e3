"""Bounds of what the job can use of the machine."""

import os
import resource
import signal

MAX_OPEN_FILES = 512
# A render with Ghostscript takes 2 processes, and a thread per processor.
MAX_NEW_PROCESSES = 1024


def enter(limits):
    """Sets the limits that are asked for, on top of what the process has used so far.

    Past `cpuSeconds` or `outputBytes` (of one file) the process dies of SIGXCPU or SIGXFSZ, which whoever waits for
    it can see. Past `memoryBytes` (of address space) allocations fail. Each process counts for itself, so that
    processes that it starts, such as Ghostscript, have as much again. A lower limit that is there already stays.
    """
    # Python ignores it; then a file that is too large would look like a disk that is full.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)

    cpu, memory, output = (limits.get(name) for name in ("cpuSeconds", "memoryBytes", "outputBytes"))
    if cpu is not None:
        # One second later it dies for good, should SIGXCPU be blocked by then.
        lower(resource.RLIMIT_CPU, used_cpu_seconds() + cpu, spare=1)
    if memory is not None:
        lower(resource.RLIMIT_AS, used_address_space() + memory)
    if output is not None:
        lower(resource.RLIMIT_FSIZE, output)
    lower(resource.RLIMIT_NOFILE, MAX_OPEN_FILES)
    lower(resource.RLIMIT_CORE, 0)
    # Counts all processes and threads of the user; doesn't bind root.
    running = running_on_machine()
    if running is not None:
        lower(resource.RLIMIT_NPROC, running + MAX_NEW_PROCESSES)


def lower(kind, wanted, spare=0):
    _, hard = resource.getrlimit(kind)
    unlimited = hard == resource.RLIM_INFINITY
    soft = wanted if unlimited else min(wanted, hard)
    resource.setrlimit(kind, (soft, soft + spare if unlimited else min(soft + spare, hard)))


def used_cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime)


def used_address_space():
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def running_on_machine():
    """Processes and threads of all users: at least as many as this user's, and known at once."""
    try:
        with open("/proc/loadavg", "rb") as file:
            return int(file.read().split()[3].partition(b"/")[2])
    except (OSError, IndexError, ValueError):
        return None
