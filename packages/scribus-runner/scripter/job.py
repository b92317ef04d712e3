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
    # Page images first: the first one is there long before a PDF of the whole document can be.
    if request["png"] is not None:
        for page in request["png"]["pages"] or range(1, len(page_sizes) + 1):
            path = renditions.export_png(page, page_sizes[page - 1], request["png"]["dpi"], request["outputDirectory"])
            answer("rendition", kind="png", page=page, path=path)
    if request["pdf"]:
        path, password = renditions.export_pdf(len(page_sizes), request["outputDirectory"])
        answer("rendition", kind="pdf", path=path, password=password)
    answer("done")
