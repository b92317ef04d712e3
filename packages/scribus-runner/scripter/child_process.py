"""What a forked process does before anything else: it lets go of what it shares with the one it comes from."""

import os
import signal
import traceback

import job
import lifeline
from channel import send


def begin(message, answers, parent, prepared):
    """Runs the job of a `fork` message in this new process, and ends it."""
    try:
        settle(message["workspace"], parent)
        job.run(message["request"], lambda type, /, **facts: send(answers, type, **facts), answers, prepared)
    except BaseException:
        # The line may be the reason: what is printed is kept.
        traceback.print_exc()
    finally:
        os._exit(0)


def settle(workspace, parent):
    """Gives this process a session, signals, a log, a HOME and a TMPDIR of its own. Descriptors are left to the sandbox."""
    os.setsid()
    lifeline.die_with_parent(parent)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(workspace["log"], os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    os.environ["HOME"] = workspace["home"]
    os.environ["TMPDIR"] = workspace["temporary"]
    os.chdir(workspace["directory"])
