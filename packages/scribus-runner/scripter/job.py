"""One render: from a request to its last answer."""

import document
import libraries
import preflight
import renditions
import sandbox
from failure import Failure, failure_of


def run(request, answer, line, prepared=None, messages=None):
    """Renders, and answers as PROTOCOL.md says. Scribus ends with exit code 0 whatever a script raises: it is said here.

    `line` is the descriptor on which the answers leave, `prepared` what sandbox.prepare() has made, `messages` the
    descriptor on which a template is told of its records.
    """
    try:
        if request["type"] == "libraries":
            answer("libraries", **libraries.list_all(request["profileDirectories"]))
            return
        if request["type"] == "template":
            # Only where processes can be forked there is what it needs.
            import template

            template.serve(request, answer, messages, line, prepared)
            return
        answer("protected", protections=sandbox.enter(request["sandbox"], keep=(line,), prepared=prepared))
        render(request, answer)
    except BaseException as error:
        failure = error if isinstance(error, Failure) else failure_of(error, request["outputDirectory"])
        answer("failed", kind=failure.kind, message=str(failure))


def render(request, answer):
    fonts = preflight.known_fonts()
    if request["libraries"]:
        # Now, and not later: a document that is open may have taken this process over.
        answer("libraries", **libraries.list_all(request["preflight"]["profileDirectories"]))
    page_sizes = document.open_document(request["document"])
    answer("opened", pages=page_sizes)
    export(request, answer, page_sizes, fonts)


def export(request, answer, page_sizes, fonts, settings=None):
    """Checks and exports the open document; `fonts` are those that were known before it was opened, `settings` its own."""
    answer("preflight", **preflight.inspect(request, len(page_sizes), fonts))

    answer("exporting")
    for facts in renditions.export_all(request["renditions"], page_sizes, request["outputDirectory"], settings):
        answer("rendition", **facts)
    answer("done")
