"""Writes the output files."""

import os

import scribus


def export_png(page, dpi, directory):
    """Writes one page as PNG and returns its path."""
    path = os.path.join(directory, f"{page}.png")
    scribus.gotoPage(page)
    image = scribus.ImageExport()
    image.type = "PNG"
    image.dpi = dpi
    image.scale = 100
    image.saveAs(path)
    return path


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
    return path, pdf.user if pdf.encrypt else ""
