"""Tells whether Scribus can decode an image whose own frame it doesn't show to scripts."""

import time

import scribus

NOT_DECODED = -1
MAX_SECONDS = 2


class Probe:
    """Decodes images in frames of its own, off the pages and gone at once, as long as its time lasts."""

    def __init__(self):
        self.spent = 0

    def state_of(self, path):
        if self.spent > MAX_SECONDS:
            return "unchecked"
        begin = time.monotonic()
        try:
            return "unreadable" if self.decode(path) == NOT_DECODED else "sound"
        except Exception:
            # A layer that is locked takes no frame: that says nothing about the image.
            return "unchecked"
        finally:
            self.spent += time.monotonic() - begin

    def decode(self, path):
        # A frame keeps what it knew of its last image: each gets a new one.
        frame = scribus.createImage(-1000, -1000, 1, 1)
        try:
            scribus.loadImage(path, frame)
            return scribus.getImageColorSpace(frame)
        finally:
            scribus.deleteObject(frame)
