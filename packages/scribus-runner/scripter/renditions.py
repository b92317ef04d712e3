"""Writes the output files."""

import os

import scribus
from failure import Failure
from pdf_exporter import OwnSettings, PdfExporter, name_of_document


def export_all(renditions, page_sizes, directory, settings=None):
    """Writes what is asked and yields what to answer of each file when it is written.

    Page images first: the first one is there long before a PDF of the whole document can be. `settings` are the document's
    own, where they were read before.
    """
    indexed = list(enumerate(renditions))
    for index, rendition in indexed:
        if rendition["kind"] != "pdf":
            scales = {}
            for page in pages_of(rendition, page_sizes):
                path = os.path.join(directory, f"{index}-{page}.{rendition['kind']}")
                edge = longer_edge(page_sizes[page - 1])
                # Finding it takes a millisecond, and a document has many pages of few sizes.
                if edge not in scales:
                    scales[edge] = scale_and_dpi(edge, rendition["dpi"])
                export_image(page, scales[edge], rendition, path)
                yield {"kind": rendition["kind"], "rendition": index, "page": page, "path": path}
    pdfs = [(index, rendition) for index, rendition in indexed if rendition["kind"] == "pdf"]
    if not pdfs:
        return
    if settings is None:
        settings = OwnSettings(directory, with_pdfx=any(pdf["outputIntent"] for _, pdf in pdfs))
        settings.give_title(name_of_document())
    exporter = PdfExporter(directory, settings)
    for index, rendition in pdfs:
        path = os.path.join(directory, f"{index}.pdf")
        facts = exporter.export(path, pages_of(rendition, page_sizes), rendition)
        yield {"kind": "pdf", "rendition": index, "path": path, **facts}


def pages_of(rendition, page_sizes):
    # An empty list of pages would "succeed" with a PDF that has none.
    return rendition["pages"] or list(range(1, len(page_sizes) + 1))


def export_image(page, scale, rendition, path):
    """Writes one page as an image."""
    scribus.gotoPage(page)
    image = scribus.ImageExport()
    image.type = {"png": "PNG", "jpeg": "JPG"}[rendition["kind"]]
    if rendition["kind"] == "png":
        # Qt's own compression: with Scribus' default of 100, Scribus 1.6 doesn't compress at all.
        image.quality = -1
    image.scale, image.dpi = scale
    image.saveAs(path)


def longer_edge(page_size):
    return max(page_size["widthPt"], page_size["heightPt"])


def scale_and_dpi(page_edge, dpi):
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
    wanted = page_edge * dpi

    def pair(candidate):
        scale = max(1, round(100 * wanted / (document_edge * candidate)))
        return abs(document_edge * scale / 100 * candidate - wanted) / 72, scale, candidate

    pairs = [pair(candidate) for candidate in range(max(1, dpi // 2), 2 * dpi + 1)]
    _, scale, chosen = min(pairs, key=lambda found: (max(0.25, found[0]), abs(found[2] - dpi)))
    return scale, chosen
