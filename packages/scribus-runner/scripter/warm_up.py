"""Makes Scribus do once what the first document would have to wait for."""

import os

import scribus


def warm_up():
    """Opens and exports a small document, so that fonts, profiles and libraries are loaded."""
    scribus.newDocument(
        (72.0, 72.0), (0.0, 0.0, 0.0, 0.0), scribus.PORTRAIT, 1, scribus.UNIT_POINTS, scribus.PAGE_1, 0, 1
    )
    frame = scribus.createText(0, 0, 72, 72)
    scribus.setText("Warm", frame)
    # Others warm up in the same TMPDIR.
    path = os.path.join(os.environ["TMPDIR"], f"warm-{os.getpid()}")
    image = scribus.ImageExport()
    image.type = "PNG"
    image.dpi = 72
    image.saveAs(f"{path}.png")
    os.unlink(f"{path}.png")
    pdf = scribus.PDFfile()
    pdf.file = f"{path}.pdf"
    pdf.fonts = []
    pdf.save()
    os.unlink(f"{path}.pdf")
    scribus.closeDoc()
