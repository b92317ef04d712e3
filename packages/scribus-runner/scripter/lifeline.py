"""How processes end: when the one that started them dies, and when Scribus crashes."""

import ctypes
import os
import select
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def die_with_parent(parent):
    """Has Linux kill this process with the one that started it (process id `parent`)."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have died before.
    if sys.platform == "linux" and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def watch(requests):
    """Ends this process group when the line on which requests come is closed at its other end.

    What Scribus has started doesn't die with it, and Scribus can't look while it waits for Ghostscript:
    so a small process watches the line (descriptor `requests`).
    """
    if os.fork() == 0:
        try:
            line = select.poll()
            line.register(requests, select.POLLHUP)
            line.poll()
        finally:
            os.killpg(0, signal.SIGKILL)


def adopt_orphans():
    """Makes this process the parent of its descendants whose own parent has died."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def prctl(option, value):
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def crash_like_any_program():
    """Removes Scribus' crash handler, which shows a dialog and can block for ever."""
    for name in (signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGBUS, signal.SIGILL):
        signal.signal(name, signal.SIG_DFL)
