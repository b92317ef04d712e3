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
    directory = os.path.join(os.environ["TMPDIR"], f"warm-{os.getpid()}")
    os.mkdir(directory)
    image = scribus.ImageExport()
    image.type = "PNG"
    image.dpi = 72
    image.saveAs(os.path.join(directory, "warm.png"))
    pdf = scribus.PDFfile()
    pdf.file = os.path.join(directory, "warm.pdf")
    pdf.fonts = []
    pdf.save()
    for name in os.listdir(directory):
        os.unlink(os.path.join(directory, name))
    os.rmdir(directory)
    scribus.closeDoc()
