"""Finds linked images that would be missing from the output: Scribus drops them without a word."""

import os

import scribus

IMAGE_FRAME = 2
NOT_DECODED = -1
MAX_FINDINGS = 1000
# All findings are one line of answer, whose length is bounded.
MAX_FILE_LENGTH = 1024
MAX_OBJECT_LENGTH = 256


def find_missing_images(page_count, document_path, linked_images):
    """Lists images that don't exist or could not be read, each with its page, frame and linked file.

    Scribus tells of each frame on a page whether its image could be read, but doesn't show the
    frames inside groups and texts. Those come from the document itself (`linked_images`), and of
    them only the existence of the file can be checked.
    """
    directory = os.path.dirname(document_path)

    def path_of(image):
        return os.path.normpath(os.path.join(directory, image["file"]))

    written = {path_of(image): image["file"] for image in linked_images}
    used_masters = {scribus.getMasterPage(page) for page in range(1, page_count + 1)}
    findings = []
    reported = set()

    def report(page, name, path):
        reason = "unreadable" if os.path.isfile(path) else "missing"
        file = written.get(path, path)[:MAX_FILE_LENGTH]
        findings.append({"page": page, "object": name and name[:MAX_OBJECT_LENGTH], "file": file, "reason": reason})
        reported.add((page, path))

    for page, name, path in undecoded_images(page_count, used_masters, linked_images):
        report(page, name, path)
    for image in linked_images:
        path = path_of(image)
        printed = image["master"] is None or image["master"] in used_masters
        if printed and not os.path.isfile(path) and (image["page"], path) not in reported:
            report(image["page"], image["object"], path)
    return findings[:MAX_FINDINGS]


def undecoded_images(page_count, used_masters, linked_images):
    """Yields (page, frame, path) of the images that Scribus could not read; page is None on master pages."""
    for page in range(1, page_count + 1):
        scribus.gotoPage(page)
        for name, path in undecoded_on_current_page():
            yield page, name, path
    for master in used_masters & {image["master"] for image in linked_images}:
        scribus.editMasterPage(master)
        for name, path in undecoded_on_current_page():
            yield None, name, path
        scribus.closeMasterPage()


def undecoded_on_current_page():
    for name, kind, _ in scribus.getPageItems():
        if kind == IMAGE_FRAME:
            path = scribus.getImageFile(name)
            if path and scribus.getImageColorSpace(name) == NOT_DECODED:
                yield name, os.path.normpath(path)
