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
import libraries  # noqa: E402
import lifeline  # noqa: E402
import preflight  # noqa: E402
import renditions  # noqa: E402
from failure import Failure, failure_of  # noqa: E402


def render(request, answer):
    fonts = preflight.known_fonts()
    page_sizes = document.open_document(request["document"])
    answer("opened", pages=page_sizes)

    answer("preflight", **preflight.inspect(request, len(page_sizes), fonts))

    answer("exporting")
    # Page images first: the first one is there long before a PDF of the whole document can be.
    if request["png"] is not None:
        for page in request["png"]["pages"] or range(1, len(page_sizes) + 1):
            path = renditions.export_png(page, page_sizes[page - 1], request["png"]["dpi"], request["outputDirectory"])
            answer("rendition", kind="png", page=page, path=path)
    if request["pdf"]:
        path, password = renditions.export_pdf(len(page_sizes), request["outputDirectory"])
        answer("rendition", kind="pdf", path=path, password=password)
    answer("done")


def main():
    lifeline.crash_like_any_program()
    lifeline.die_with_runner(channel.REQUESTS)
    answer = channel.answer
    answer("hello", protocol=channel.PROTOCOL, scribus=document.scribus_version(), pid=os.getpid())
    request = channel.next_request()
    if request is None:
        return
    if request["type"] == "libraries":
        answer("libraries", fonts=libraries.list_fonts(), profiles=libraries.list_profiles(request["profileDirectories"]))
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
