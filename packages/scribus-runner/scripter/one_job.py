"""One job in a forked process, whose end becomes that of this one."""

import os
import resource
import signal
import sys
import traceback

import job
import lifeline
from processes import wait_until_quiet


def run(request, channel):
    """Runs the job in a process of one thread, as Landlock before ABI 8 restricts no more, and ends like it.

    Scribus has further threads of Qt's. The new process stays in this one's group, which the runner kills.
    """
    parent = os.getpid()
    wait_until_quiet()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        run_as_child(request, channel, parent)
    _, status, usage = os.wait4(pid, 0)
    end_like(status, went_past_time=usage.ru_utime + usage.ru_stime >= allowed_seconds(request))


def run_as_child(request, channel, parent):
    try:
        lifeline.die_with_parent(parent)
        job.run(request, channel.send, channel.answers)
    except BaseException:
        # The line may be the reason: what is printed is kept.
        traceback.print_exc()
    finally:
        os._exit(0)


def end_like(status, went_past_time):
    """Ends this process by the signal, or with the exit code, that a child has ended with."""
    if os.WIFSIGNALED(status):
        reason = os.WTERMSIG(status)
        # What goes on after SIGXCPU is killed by the kernel.
        if reason == signal.SIGKILL and went_past_time:
            reason = signal.SIGXCPU
        # No memory image of a Scribus that is sound.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if reason != signal.SIGKILL:
            signal.signal(reason, signal.SIG_DFL)
        os.kill(os.getpid(), reason)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def allowed_seconds(request):
    seconds = request.get("sandbox", {}).get("limits", {}).get("cpuSeconds")
    return float("inf") if seconds is None else seconds
