"""One render: from a request to its last answer."""

import document
import preflight
import renditions
import sandbox
from failure import Failure, failure_of


def run(request, answer, line, prepared=None):
    """Renders, and answers as PROTOCOL.md says. Scribus ends with exit code 0 whatever a script raises: it is said here.

    `line` is the descriptor on which the answers leave, `prepared` what sandbox.prepare() has made.
    """
    try:
        answer("protected", protections=sandbox.enter(request["sandbox"], keep=(line,), prepared=prepared))
        render(request, answer)
    except BaseException as error:
        failure = error if isinstance(error, Failure) else failure_of(error, request["outputDirectory"])
        answer("failed", kind=failure.kind, message=str(failure))


def render(request, answer):
    page_sizes = document.open_document(request["document"])
    answer("opened", pages=page_sizes)

    findings = preflight.find_missing_images(len(page_sizes), request["document"], request["linkedImages"])
    answer("preflight", findings=findings)

    answer("exporting")
    for facts in renditions.export_all(request["renditions"], page_sizes, request["outputDirectory"]):
        answer("rendition", **facts)
    answer("done")
