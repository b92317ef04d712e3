"""What only Scribus can tell of an open document: images that it drops, fonts that it replaces, text that has no room."""

import json
import os

import libraries
import probe_image
import scribus

IMAGE_FRAME = 2
TEXT_FRAME = 4
NOT_DECODED = -1
COLOR_SPACES = {0: "rgb", 1: "cmyk", 2: "gray", 3: "duotone", 4: "monochrome"}
MAX_FILE_LENGTH = 1024
MAX_NAME_LENGTH = 256
# The answer is one line, whose length is bounded.
MAX_ITEMS = 1000
MAX_BYTES = 1_500_000


def known_fonts():
    """The fonts that are there before a document is opened, which adds its own and the replaced ones."""
    return {name: (face, path) for name, _, face, _, _, path in scribus.getXFontNames()}


def inspect(request, page_count, fonts_before):
    """Answers all that is asked in `preflight` of the request, each list bounded; `cut` names those that were cut."""
    asked = request["preflight"]
    used_masters = {scribus.getMasterPage(page) for page in range(1, page_count + 1)}
    overset = []
    images = Images(request["document"], request["linkedImages"], used_masters)
    for page in range(1, page_count + 1):
        images.look_at_frames(page, scribus.getAllObjects(type=IMAGE_FRAME, page=page - 1))
        overset += [frame(page, name) for name in overset_frames(scribus.getAllObjects(type=TEXT_FRAME, page=page - 1))]
    for master in sorted(used_masters & set(asked["masters"])):
        scribus.editMasterPage(master)
        images.look_at_frames(None, objects_on_current_page(IMAGE_FRAME))
        overset += [frame(None, name) for name in overset_frames(objects_on_current_page(TEXT_FRAME))]
        scribus.closeMasterPage()
        # Scribus has no current page now, and dies of the next frame that is made.
        scribus.gotoPage(1)
    images.look_at_the_rest()
    present, output_profiles = look_for_profiles(asked, request["document"])
    facts = {
        "images": images.by_gravity(),
        "fonts": fonts_of(asked["fonts"], fonts_before, request["document"]),
        "overset": overset,
        "profiles": present,
        "outputProfiles": output_profiles,
    }
    cut = []
    for name, items in facts.items():
        facts[name] = bounded(items)
        if len(facts[name]) < len(items):
            cut.append(name)
    return {**facts, "cut": cut}


class Images:
    """The image frames of a document.

    Scribus tells of each frame on a page whether its image could be read, but doesn't show the frames
    inside groups and texts. Those come from the document itself (`linked_images`).
    """

    def __init__(self, document_path, linked_images, used_masters):
        self.directory = os.path.dirname(document_path)
        self.linked = [image for image in linked_images if image["master"] is None or image["master"] in used_masters]
        self.written = {self.path_of(image): image["file"] for image in self.linked}
        self.found = []
        self.seen = set()
        self.states = {}

    def path_of(self, image):
        return os.path.normpath(os.path.join(self.directory, image["file"]))

    def look_at_frames(self, page, names):
        for name in names:
            path = scribus.getImageFile(name)
            if path:
                space = scribus.getImageColorSpace(name)
                scale = scribus.getProperty(name, "imageXScale"), scribus.getProperty(name, "imageYScale")
                self.add(page, name, os.path.normpath(path), state_of(path, space), space, scale)

    def look_at_the_rest(self):
        """Looks at the images inside groups and texts, decoding each file that no other frame shows once."""
        probe = probe_image.Probe()
        for image in self.linked:
            path = self.path_of(image)
            if (image["page"], path) not in self.seen:
                if path not in self.states:
                    self.states[path] = probe.state_of(path) if os.path.isfile(path) else "missing"
                self.add(image["page"], image["object"], path, self.states[path])

    def add(self, page, name, path, state, space=NOT_DECODED, scale=None):
        file = self.written.get(path, path)[:MAX_FILE_LENGTH]
        facts = {"space": COLOR_SPACES.get(space), "scale": scale if state == "sound" else None}
        self.found.append({**frame(page, name), "file": file, "state": state, **facts})
        self.seen.add((page, path))
        self.states[path] = state

    def by_gravity(self):
        return sorted(self.found, key=lambda image: image["state"] == "sound")


def state_of(path, space):
    if space != NOT_DECODED:
        return "sound"
    return "unreadable" if os.path.isfile(path) else "missing"


def frame(page, name):
    return {"page": page, "object": name and name[:MAX_NAME_LENGTH]}


def objects_on_current_page(kind):
    return [name for name, item_kind, _ in scribus.getPageItems() if item_kind == kind]


def overset_frames(names):
    """Yields the text frames after which text remains: the last of each chain."""
    for name in names:
        if scribus.getNextLinkedFrame(name) is not None:
            continue
        alone = scribus.getPrevLinkedFrame(name) is None
        # Setting the text anew, as Scribus does to answer, takes long: a text that is shown whole needn't be.
        if alone and len(scribus.getFrameText(name)) >= scribus.getTextLength(name):
            continue
        if scribus.textOverflows(name, 1):
            yield name


def fonts_of(names, fonts_before, document_path):
    """Where each font that the document names comes from, and what stands in for it where it is missing."""
    # Listing them takes long, and most documents have no other fonts than those that were there.
    fonts_now = fonts_before if all(name in fonts_before for name in names) else known_fonts()
    return [font(name, fonts_before, fonts_now, document_path) for name in names]


def font(name, fonts_before, fonts_now, document_path):
    if name in fonts_before:
        return {"name": name, "source": "installed", "substitute": None}
    if name not in fonts_now:
        return {"name": name, "source": "missing", "substitute": None}
    face, path = fonts_now[name]
    directory = os.path.realpath(os.path.dirname(document_path))
    if os.path.realpath(path).startswith(os.path.join(directory, "")):
        return {"name": name, "source": "document", "substitute": None}
    substitute = next((known for known, facts in fonts_before.items() if facts == (face, path)), None)
    return {"name": name, "source": "missing", "substitute": substitute}


def look_for_profiles(asked, document_path):
    """Those of the ICC profiles that are asked for which are there; if one is not, also all printer profiles that are."""
    wanted = set(asked["profiles"])
    if not wanted:
        return [], []
    profiles = libraries.profiles_of_document(document_path)
    if not wanted <= {profile["name"] for profile in profiles}:
        profiles += libraries.list_profiles(asked["profileDirectories"])
    present = sorted(wanted & {profile["name"] for profile in profiles})
    if len(present) == len(wanted):
        return present, []
    return present, sorted({profile["name"] for profile in profiles if profile["kind"] == "output"})


def bounded(items):
    """The first items, as many as an answer has room for."""
    size = 0
    for count, item in enumerate(items):
        size += len(json.dumps(item, ensure_ascii=False).encode("utf-8", "replace"))
        if count == MAX_ITEMS or size > MAX_BYTES:
            return items[:count]
    return items
