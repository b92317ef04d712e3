"""What a forked process does before anything else: it lets go of what it shares with the one it comes from."""

import os
import signal
import traceback

import job
import lifeline
from channel import send

ANSWERS = 3


def begin(message, answers, parent):
    """Runs the job of a `fork` message in this new process, and ends it."""
    try:
        settle(message["workspace"], answers, parent)
        job.run(message["request"], lambda type, /, **facts: send(ANSWERS, type, **facts))
    except BaseException:
        # The line may be the reason: what is printed is kept.
        traceback.print_exc()
    finally:
        os._exit(0)


def settle(workspace, answers, parent):
    """Gives this process a session, signals, descriptors, a HOME and a TMPDIR of its own."""
    os.setsid()
    lifeline.die_with_parent(parent)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    own_descriptors(workspace["log"], answers)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    os.environ["HOME"] = workspace["home"]
    os.environ["TMPDIR"] = workspace["temporary"]
    os.chdir(workspace["directory"])


def own_descriptors(log, answers):
    """Keeps the line for answers, prints into the job's log, and shares nothing else.

    Qt wakes its own loop through event descriptors and pipes, which would be those of all processes.
    """
    printed = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    os.dup2(answers, ANSWERS, inheritable=False)
    for descriptor, target in open_descriptors().items():
        if descriptor <= ANSWERS:
            continue
        if target == "anon_inode:[eventfd]":
            fresh = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            os.dup2(fresh, descriptor, inheritable=False)
            os.close(fresh)
        else:
            os.close(descriptor)


def open_descriptors():
    """Descriptors of this process, and what each leads to."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[int(name)] = os.readlink(f"/proc/self/fd/{name}")
        except FileNotFoundError:
            # The one that listed them.
            continue
    return found
