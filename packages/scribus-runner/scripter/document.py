"""The document that Scribus has open."""

import scribus
from failure import Failure


# No limit is higher, and the answer is one line, whose length is bounded.
MAX_PAGES = 100_000


def scribus_version():
    return ".".join(str(part) for part in scribus.scribus_version_info[:3])


def open_document(path):
    """Opens a document and returns the sizes of its pages in points; one more than MAX_PAGES stands for all that are too many."""
    try:
        scribus.openDoc(path)
    except Exception as error:
        raise Failure("open", f"{type(error).__name__}: {error}") from error
    unit = scribus.getUnit()
    scribus.setUnit(scribus.UNIT_POINTS)
    sizes = [scribus.getPageNSize(page) for page in range(1, min(scribus.pageCount(), MAX_PAGES + 1) + 1)]
    scribus.setUnit(unit)
    return [{"widthPt": width, "heightPt": height} for width, height in sizes]
