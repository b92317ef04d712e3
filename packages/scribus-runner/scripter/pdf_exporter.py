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


class OwnSettings:
    """What a document itself says of its PDFs: saving one changes it, and each begins from it."""

    def __init__(self, directory, with_pdfx=True):
        # Lengths are in the document's unit, and go wrong on their way through others.
        scribus.setUnit(scribus.UNIT_POINTS)
        self._author, self._title, self._description = scribus.getInfo()
        self.attributes = attributes_of(scribus.PDFfile())
        self.options = saved_options(directory) if with_pdfx else None

    def give_title(self, title):
        """Gives a title to a document that has none of its own: else it would get its path on this machine for one."""
        if not self._title:
            scribus.setInfo(self._author, title, self._description)


class PdfExporter:
    """Writes PDFs of the open document, whose own settings were read before the first."""

    def __init__(self, directory, own):
        self._directory = directory
        self._own = own

    def export(self, path, pages, rendition):
        """Writes one PDF; returns its password, the attributes it was saved with, and its output intent."""
        intent = self._set_output_intent(rendition["outputIntent"])
        pdf = scribus.PDFfile()
        set_attributes(pdf, self._own.attributes)
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

    def _set_output_intent(self, asked):
        """Sets what a PDF/X says of its press; returns (name of the profile, information), or None for others.

        Scribus takes both from the attributes only where the document has colour management. From a file of
        options it takes them always.
        """
        if asked is None:
            return None
        options = xml.etree.ElementTree.fromstring(self._own.options)
        own_profile, own_info = options.find("printProf"), options.find("info")
        profile = asked["profile"] or own_profile.get("value") or self._own.attributes["printprofc"]
        info = asked["info"] or own_info.get("value") or profile
        own_profile.set("value", profile)
        own_info.set("value", info)
        path = path_of_options(self._directory)
        with open(path, "wb") as file:
            file.write(xml.etree.ElementTree.tostring(options, encoding="UTF-8", xml_declaration=True))
        scribus.readPDFOptions(path)
        os.unlink(path)
        return profile, info

    def _save(self, pdf, intent):
        # Scribus draws its window while it writes, unless it is told not to. The small images of pages are drawn too.
        scribus.setRedraw(bool(pdf.thumbnails))
        try:
            pdf.save()
        except Exception as error:
            reason = why_unwritable(self._directory)
            if reason is None and intent is not None:
                raise Failure("export", f'PDF/X needs a printer profile that Scribus knows; is "{intent[0]}" one?') from error
            raise
        finally:
            scribus.setRedraw(True)
        # A disk that becomes full in the last buffer goes unnoticed.
        if not ends_like_a_pdf(pdf.file):
            reason = why_unwritable(self._directory)
            if reason is not None:
                raise Failure("output", reason)


def saved_options(directory):
    path = path_of_options(directory)
    scribus.savePDFOptions(path)
    try:
        with open(path, "rb") as file:
            return file.read()
    finally:
        os.unlink(path)


def path_of_options(directory):
    return os.path.join(directory, "options.xml")


def name_of_document():
    """The name of the open document's file, without its endings."""
    name = os.path.basename(scribus.getDocName())
    for ending in (".gz", ".sla", ".scd", ".SLA", ".SCD"):
        name = name[: -len(ending)] if name.endswith(ending) else name
    return name


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
