"""What a forked process does before anything else: it lets go of what it shares with the one it comes from."""

import json
import os
import signal
import traceback

import job
import lifeline
from channel import send
from sandbox import descriptors
from warm_up import warm_up

# One that takes longer hangs.
READY_S = 60


def begin(message, messages, answers, parent, prepared):
    """Runs the job of a `fork` message in this new process, and ends it. A template's job hears more by `messages`."""
    try:
        stand_alone(parent)
        serve(message, messages, answers, prepared)
    except BaseException:
        # The line may be the reason: what is printed is kept.
        traceback.print_exc()
    finally:
        os._exit(0)


def begin_ahead(messages, answers, parent, prepared):
    """Gets ready for a job in this new process, waits for its `fork` message, runs it, and ends.

    Most of what a forked process needs longer than its parent would is the memory that it writes to for the first
    time. Opening a document of its own touches most of it before the job is there.
    """
    try:
        stand_alone(parent)
        # Nothing of what its parent holds must stay open for as long as it waits.
        descriptors.leave_only((messages, answers))
        # Nobody waits for it, or would end it.
        signal.alarm(READY_S)
        warm_up()
        signal.alarm(0)
        send(answers, type="ready")
        line = first_line(messages)
        if line:
            serve(json.loads(line), messages, answers, prepared)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def stand_alone(parent):
    """Gives this process a session and signals of its own. Descriptors are left to the sandbox."""
    os.setsid()
    lifeline.die_with_parent(parent)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def first_line(descriptor):
    """The first line that comes; nothing that comes after it is read, because it is sent only when this is answered."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            return b""
        line += piece
    return line


def serve(message, messages, answers, prepared):
    move_to(message["workspace"])
    job.run(message["request"], answer_on(answers), answers, prepared, messages)


def answer_on(descriptor):
    return lambda type, /, **facts: send(descriptor, type=type, **facts)


def move_to(workspace):
    """Gives this process a log, a HOME, a TMPDIR and a working directory of its own."""
    log = os.open(workspace["log"], os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    os.environ["HOME"] = workspace["home"]
    os.environ["TMPDIR"] = workspace["temporary"]
    os.chdir(workspace["directory"])
