"""All documents to PDFs in one Scribus, as people write it: scribus -g -ns -py all-to-pdf.py DIRECTORY DOCUMENT..."""

import os
import sys
import traceback

import scribus

directory, *documents = sys.argv[1:]
for document in documents:
    try:
        scribus.openDoc(document)
        pdf = scribus.PDFfile()
        pdf.file = os.path.join(directory, os.path.basename(document).split(".sla")[0] + ".pdf")
        pdf.pages = list(range(1, scribus.pageCount() + 1))
        pdf.fonts = []
        pdf.save()
    except Exception:
        # The others are still to be made.
        traceback.print_exc()
    if scribus.haveDoc():
        scribus.closeDoc()
