"""Runs inside Scribus and renders one document. PROTOCOL.md describes what it is asked and what it answers.

Started by: scribus -platform offscreen -g -ns -py render.py
"""

import os
import sys
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(sys.argv[0]))

import channel  # noqa: E402
import document  # noqa: E402
import lifeline  # noqa: E402
import preflight  # noqa: E402
import renditions  # noqa: E402
from failure import Failure, failure_of  # noqa: E402


def render(request, answer):
    page_sizes = document.open_document(request["document"])
    answer("opened", pages=page_sizes)

    findings = preflight.find_missing_images(len(page_sizes), request["document"], request["linkedImages"])
    answer("preflight", findings=findings)

    answer("exporting")
    for facts in renditions.export_all(request["renditions"], page_sizes, request["outputDirectory"]):
        answer("rendition", **facts)
    answer("done")


def main():
    lifeline.crash_like_any_program()
    lifeline.die_with_runner(channel.REQUESTS)
    answer = channel.answer
    answer("hello", protocol=channel.PROTOCOL, scribus=document.scribus_version(), pid=os.getpid())
    request = channel.next_request()
    if request is None:
        return
    try:
        render(request, answer)
    except BaseException as error:  # Scribus ends with exit code 0 whatever a script raises: it must be said here.
        failure = error if isinstance(error, Failure) else failure_of(error, request["outputDirectory"])
        answer("failed", kind=failure.kind, message=str(failure))


try:
    main()
except BaseException:
    # Nobody can be told any more; the runner keeps what is printed.
    traceback.print_exc()
finally:
    # Leaving through Scribus' own shutdown takes time, asks about unsaved changes, and can hang.
    sys.stderr.flush()
    os._exit(0)
