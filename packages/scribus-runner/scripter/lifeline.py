"""How this process ends when its parent dies or when Scribus crashes."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent():
    """Asks Linux to kill this process when its parent dies, so that a killed worker leaves no Scribus.

    A parent that died before this call sends no request, and then there is nothing to do.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def crash_like_any_program():
    """Removes Scribus' crash handler, which shows a dialog and can block for ever."""
    for name in (signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGBUS, signal.SIGILL):
        signal.signal(name, signal.SIG_DFL)
