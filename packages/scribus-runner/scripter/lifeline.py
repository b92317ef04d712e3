"""How this process ends when the runner dies or when Scribus crashes."""

import ctypes
import os
import select
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_runner(requests):
    """Ends Scribus, and all that it has started, when the runner is gone, however it went.

    Linux kills this process with its parent. What Scribus has started doesn't inherit that, and Scribus
    can't look while it waits for Ghostscript: so a small process watches the line on which requests come
    (descriptor `requests`), and kills the group when its other end is closed.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.fork() == 0:
        try:
            line = select.poll()
            line.register(requests, select.POLLHUP)
            line.poll()
        finally:
            os.killpg(0, signal.SIGKILL)


def crash_like_any_program():
    """Removes Scribus' crash handler, which shows a dialog and can block for ever."""
    for name in (signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGBUS, signal.SIGILL):
        signal.signal(name, signal.SIG_DFL)
