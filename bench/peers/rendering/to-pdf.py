"""A document to a PDF, as people write it: scribus -g -ns -py to-pdf.py DOCUMENT PDF"""

import sys

import scribus

document, output = sys.argv[1:]
scribus.openDoc(document)
pdf = scribus.PDFfile()
pdf.file = output
pdf.pages = list(range(1, scribus.pageCount() + 1))
# As our renderer: of fonts only what is used.
pdf.fonts = []
pdf.save()
scribus.closeDoc()
