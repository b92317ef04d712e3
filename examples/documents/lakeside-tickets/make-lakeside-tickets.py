"""Made lakeside-tickets.sla: scribus -platform offscreen -g -ns -py make-lakeside-tickets.py, in this folder."""

import os
import sys

import scribus

here = os.path.dirname(os.path.abspath(sys.argv[0]))
BOOK, BOLD = "DejaVu Sans Book", "DejaVu Sans Bold"
WIDTH, HEIGHT, BLEED = 425, 156, 8.5

scribus.newDocument(
    (WIDTH, HEIGHT), (14, 14, 14, 14), scribus.PORTRAIT, 1, scribus.UNIT_POINTS, scribus.PAGE_1, 0, 1
)
scribus.setBleeds(BLEED, BLEED, BLEED, BLEED) if hasattr(scribus, "setBleeds") else None
for name, colour in (("Lake", (255, 120, 0, 90)), ("Dusk", (0, 140, 200, 0)), ("Mist", (25, 8, 0, 0))):
    scribus.defineColorCMYK(name, *colour)


def box(name, place, colour):
    shape = scribus.createRect(*place, name)
    scribus.setFillColor(colour, shape)
    scribus.setLineColor("None", shape)


def text(name, content, place, size, font=BOOK, colour="Lake"):
    frame = scribus.createText(*place, name)
    scribus.setText(content, frame)
    scribus.setFont(font, frame)
    scribus.setFontSize(size, frame)
    scribus.setTextColor(colour, frame)
    return frame


box("ground", (-BLEED, -BLEED, WIDTH + 2 * BLEED, HEIGHT + 2 * BLEED), "Mist")
box("band", (-BLEED, -BLEED, 110 + BLEED, HEIGHT + 2 * BLEED), "Lake")
box("edge", (110, -BLEED, 5, HEIGHT + 2 * BLEED), "Dusk")
text("title", "Lakeside\rConcerts", (12, 18, 96, 50), 15, BOLD, "White")
text("number", "No. %VAR_COUNT%", (12, 122, 96, 18), 9, BOOK, "White")
text("admits", "Admits", (132, 18, 160, 14), 8)
text("name", "%VAR_name%", (132, 32, 170, 44), 17, BOLD)
text("seat", "Row %VAR_row%, seat %VAR_seat%", (132, 82, 170, 18), 12)
text("extra", "%VAR_extra%", (132, 104, 170, 16), 9, BOLD, "Dusk")
text("evening", "%VAR_evening%", (132, 124, 170, 16), 9)
text("code", "%QR_code%", (315, 30, 96, 96), 7)
scribus.saveDocAs(os.path.join(here, "lakeside-tickets.sla"))
os._exit(0)
