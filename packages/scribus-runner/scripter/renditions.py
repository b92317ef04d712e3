"""Writes the output files."""

import os

import scribus
from failure import Failure, why_unwritable


def export_png(page, page_size, dpi, directory):
    """Writes one page as PNG and returns its path."""
    path = os.path.join(directory, f"{page}.png")
    scribus.gotoPage(page)
    image = scribus.ImageExport()
    image.type = "PNG"
    # Qt's own compression: with Scribus' default of 100, Scribus 1.6 doesn't compress at all.
    image.quality = -1
    image.scale, image.dpi = scale_and_dpi(page_size, dpi)
    image.saveAs(path)
    return path


def scale_and_dpi(page_size, dpi):
    """Scribus 1.5 takes the longer edge of the *document's* page size for that of any page.

    Where they differ, this finds the pair of integers, percentage and dpi, that makes up for it to a
    quarter of a pixel, or comes nearest, with a dpi as near as can be.
    """
    if scribus.scribus_version_info[:2] >= (1, 6):
        return 100, dpi
    unit = scribus.getUnit()
    scribus.setUnit(scribus.UNIT_POINTS)
    document_edge = max(scribus.getPageSize())
    scribus.setUnit(unit)
    if document_edge <= 0:
        raise Failure("export", "the document says that its pages have no size")
    page_edge = max(page_size["widthPt"], page_size["heightPt"])
    wanted = page_edge * dpi

    def pair(candidate):
        scale = max(1, round(100 * wanted / (document_edge * candidate)))
        return abs(document_edge * scale / 100 * candidate - wanted) / 72, scale, candidate

    pairs = [pair(candidate) for candidate in range(max(1, dpi // 2), 2 * dpi + 1)]
    _, scale, chosen = min(pairs, key=lambda found: (max(0.25, found[0]), abs(found[2] - dpi)))
    return scale, chosen


def export_pdf(page_count, directory):
    """Writes all pages as PDF with the document's own settings; returns its path and the password that opens it."""
    path = os.path.join(directory, "document.pdf")
    pdf = scribus.PDFfile()
    pdf.file = path
    # An empty list of pages would "succeed" with a PDF that has none.
    pdf.pages = list(range(1, page_count + 1))
    # Fonts that are not listed are embedded as subsets: the same output with half the bytes.
    pdf.fonts = []
    pdf.save()
    # A disk that becomes full in the last buffer goes unnoticed.
    if not ends_like_a_pdf(path):
        reason = why_unwritable(directory)
        if reason is not None:
            raise Failure("output", reason)
    return path, pdf.user if pdf.encrypt else ""


def ends_like_a_pdf(path):
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - 64))
        return file.read().rstrip().endswith(b"%%EOF")
