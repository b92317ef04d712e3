"""One Scribus that renders everything itself: the least that a render can cost.

Started by: scribus -platform offscreen -g -ns -py render-in-process.py
Takes lines of JSON {document, output} on descriptor 3 and answers each with an empty line on 4.
"""

import json
import os

import scribus

with os.fdopen(3) as requests, os.fdopen(4, "w") as answers:
    for line in requests:
        request = json.loads(line)
        scribus.openDoc(request["document"])
        pdf = scribus.PDFfile()
        pdf.file = request["output"]
        pdf.pages = list(range(1, scribus.pageCount() + 1))
        pdf.fonts = []
        pdf.save()
        scribus.closeDoc()
        answers.write("\n")
        answers.flush()
os._exit(0)
