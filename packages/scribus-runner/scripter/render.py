"""Runs inside Scribus: renders one document, or forks a process for each. PROTOCOL.md describes what is asked and answered.

Started by: scribus -platform offscreen -g -ns -py render.py once|warm [places=<jobs at once>] [in-bubblewrap]
            [without-landlock]
"""

import os
import sys
import traceback

sys.dont_write_bytecode = True
# While Scribus starts, `gs` may be one that answers in its place.
if "PUBPIPE_PATH" in os.environ:
    os.environ["PATH"] = os.environ.pop("PUBPIPE_PATH")

import document  # noqa: E402
import job  # noqa: E402
import lifeline  # noqa: E402
import sandbox  # noqa: E402
from channel import ANSWERS, PROTOCOL, REQUESTS, Channel  # noqa: E402
from warm_up import warm_up  # noqa: E402


def main(mode, *words):
    channel = Channel(REQUESTS, ANSWERS)
    lifeline.crash_like_any_program()
    sandbox.protect_runner()
    if mode == "warm":
        # Not everywhere is there what it needs.
        import fork_server

        # It sees the line closed when the runner dies, and must live on to kill what it has forked.
        warm_up()
    else:
        lifeline.die_with_parent(os.getppid())
        lifeline.watch(channel.requests)
    facts = {"protocol": PROTOCOL, "scribus": document.scribus_version(), "pid": os.getpid()}
    channel.send("hello", **facts, protections=sandbox.available())
    if mode == "warm":
        fork_server.ForkServer(channel, places_of(words)).serve()
    else:
        render_once(channel)


def places_of(words):
    return next((int(word.partition("=")[2]) for word in words if word.startswith("places=")), 1)


def render_once(channel):
    messages = []
    while not messages:
        messages = channel.receive()
        if messages is None:
            return
    if sys.platform == "linux":
        import one_job

        one_job.run(messages[0], channel)
    else:
        # Elsewhere a process that has threads can't be forked safely, or not at all.
        job.run(messages[0], channel.send, channel.answers)


try:
    main(*sys.argv[1:])
except BaseException:
    # Nobody can be told any more; the runner keeps what is printed.
    traceback.print_exc()
finally:
    # Leaving through Scribus' own shutdown takes time, asks about unsaved changes, and can hang.
    sys.stderr.flush()
    os._exit(0)
