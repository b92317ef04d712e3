"""Writes PDFs, each with settings of its own."""

import os
import xml.etree.ElementTree

import scribus
from failure import Failure, why_unwritable

# Of what a PDF was saved with, the runner is told this.
TOLD = (
    "version outdst isGrayscale usespot fontEmbedding rotateDeg encrypt allowPrinting allowChange allowCopy allowAnnots "
    "useDocBleeds bleedt bleedr bleedb bleedl cropMarks bleedMarks registrationMarks colorMarks docInfoMarks "
    "markLength markOffset useLayers"
).split()


class PdfExporter:
    """Keeps the document's own settings: saving a PDF changes them, and each PDF begins from them."""

    def __init__(self, directory, with_pdfx):
        self._directory = directory
        self._options = os.path.join(directory, "options.xml")
        # Lengths are in the document's unit, and go wrong on their way through others.
        scribus.setUnit(scribus.UNIT_POINTS)
        give_title()
        self._own = attributes_of(scribus.PDFfile())
        self._own_options = self._save_options() if with_pdfx else None

    def export(self, path, pages, rendition):
        """Writes one PDF; returns its password, the attributes it was saved with, and its output intent."""
        intent = self._set_output_intent(rendition["outputIntent"])
        pdf = scribus.PDFfile()
        set_attributes(pdf, self._own)
        set_attributes(pdf, rendition["attributes"])
        pdf.file = path
        pdf.pages = pages
        # Fonts that are not listed are embedded as subsets: the same output with half the bytes.
        if not rendition["wholeFonts"]:
            pdf.fonts = []
        if intent is not None:
            pdf.printprofc, pdf.info = intent
        self._save(pdf, intent)
        return {
            "password": pdf.user if pdf.encrypt else "",
            "attributes": {name: getattr(pdf, name) for name in TOLD},
            "outputIntent": intent and intent[0],
        }

    def _save_options(self):
        scribus.savePDFOptions(self._options)
        try:
            with open(self._options, "rb") as file:
                return file.read()
        finally:
            os.unlink(self._options)

    def _set_output_intent(self, asked):
        """Sets what a PDF/X says of its press; returns (name of the profile, information), or None for others.

        Scribus takes both from the attributes only where the document has colour management. From a file of
        options it takes them always.
        """
        if asked is None:
            return None
        options = xml.etree.ElementTree.fromstring(self._own_options)
        own_profile, own_info = options.find("printProf"), options.find("info")
        profile = asked["profile"] or own_profile.get("value") or self._own["printprofc"]
        info = asked["info"] or own_info.get("value") or profile
        own_profile.set("value", profile)
        own_info.set("value", info)
        with open(self._options, "wb") as file:
            file.write(xml.etree.ElementTree.tostring(options, encoding="UTF-8", xml_declaration=True))
        scribus.readPDFOptions(self._options)
        os.unlink(self._options)
        return profile, info

    def _save(self, pdf, intent):
        try:
            pdf.save()
        except Exception as error:
            reason = why_unwritable(self._directory)
            if reason is None and intent is not None:
                raise Failure("export", f'PDF/X needs a printer profile that Scribus knows; is "{intent[0]}" one?') from error
            raise
        # A disk that becomes full in the last buffer goes unnoticed.
        if not ends_like_a_pdf(pdf.file):
            reason = why_unwritable(self._directory)
            if reason is not None:
                raise Failure("output", reason)


def give_title():
    """A document without a title would get its path on this machine for one."""
    author, title, description = scribus.getInfo()
    if not title:
        name = os.path.basename(scribus.getDocName())
        for ending in (".gz", ".sla", ".scd", ".SLA", ".SCD"):
            name = name[: -len(ending)] if name.endswith(ending) else name
        scribus.setInfo(author, name, description)


def attributes_of(pdf):
    names = [name for name in dir(pdf) if not name.startswith("_")]
    return {name: value for name in names if not callable(value := getattr(pdf, name))}


def set_attributes(pdf, attributes):
    """Sets what differs. The resolution comes first, because Scribus compares the downsampling to it."""
    for name in sorted(attributes, key=lambda name: name != "resolution"):
        if getattr(pdf, name) != attributes[name]:
            setattr(pdf, name, attributes[name])


def ends_like_a_pdf(path):
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - 64))
        return file.read().rstrip().endswith(b"%%EOF")
