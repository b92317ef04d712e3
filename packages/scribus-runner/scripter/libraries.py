"""What documents can use besides what they bring: fonts and ICC profiles."""

import os

import scribus

PROFILE_DIRECTORIES = (
    "/usr/share/scribus/profiles",
    "/usr/local/share/scribus/profiles",
    "/usr/share/color/icc",
    "/usr/local/share/color/icc",
    "/var/lib/color/icc",
)
PROFILE_ENDINGS = (".icc", ".icm")
# https://www.color.org/specification/ICC.1-2022-05.pdf, 7.2 and 7.3
HEADER_LENGTH = 128
SIGNATURE = b"acsp"
TAG_ENTRY_LENGTH = 12
COLOR_SPACES = {b"CMYK": "cmyk", b"RGB ": "rgb", b"GRAY": "gray", b"Lab ": "lab"}
KINDS = {b"prtr": "output", b"mntr": "display", b"scnr": "input"}
# A file may claim anything of itself.
MAX_TAGS = 200
MAX_NAME_LENGTH = 256
MAX_FILES = 2000
MAX_DEPTH = 6


def list_all(profile_directories):
    """Describes all fonts and ICC profiles; `profile_directories` are those besides the system's."""
    return {"fonts": list_fonts(), "profiles": list_profiles(profile_directories)}


def list_fonts():
    """Describes every font that Scribus knows, by name."""
    return [
        {
            "name": name,
            "family": family,
            "style": name[len(family) :].strip() if name.startswith(family) else name,
            "fileName": os.path.basename(path),
            "format": os.path.splitext(path)[1][1:].lower(),
            "path": path,
        }
        for name, family, _, _, _, path in sorted(scribus.getXFontNames())
    ]


def list_profiles(directories):
    """Describes the ICC profiles in the system's and the given directories, by name; the first of a name counts."""
    profiles = {}
    for path in profile_files((*PROFILE_DIRECTORIES, *directories)):
        profile = read_profile(path)
        if profile is not None:
            profiles.setdefault(profile["name"], profile)
    return [profiles[name] for name in sorted(profiles)]


def profiles_of_document(document_path):
    """Describes the ICC profiles that Scribus finds beside a document."""
    directory = os.path.dirname(document_path)
    paths = [os.path.join(folder, name) for folder in (directory, os.path.join(directory, "profiles")) for name in names_in(folder)]
    profiles = (read_profile(path) for path in paths[:MAX_FILES] if is_profile_name(path))
    return [profile for profile in profiles if profile is not None]


def profile_files(directories):
    """Yields the paths of at most MAX_FILES profiles."""
    count = 0
    for directory in directories:
        depth = directory.count(os.sep) + MAX_DEPTH
        for folder, folders, names in os.walk(directory):
            folders[:] = sorted(folders) if folder.count(os.sep) < depth else []
            for name in sorted(names):
                if is_profile_name(name):
                    count += 1
                    if count > MAX_FILES:
                        return
                    yield os.path.join(folder, name)


def is_profile_name(name):
    return name.lower().endswith(PROFILE_ENDINGS)


def names_in(directory):
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def read_profile(path):
    """Describes one profile; None if the file isn't one."""
    try:
        # A pipe beside the document would never end.
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            header = file.read(HEADER_LENGTH)
            if header[36:40] != SIGNATURE:
                return None
            name = description(file)
    except OSError:
        return None
    if not name:
        return None
    return {
        "name": name,
        "colorSpace": COLOR_SPACES.get(header[16:20], "other"),
        "kind": KINDS.get(header[12:16], "other"),
        "fileName": os.path.basename(path),
        "path": path,
    }


def description(file):
    """The text of the profile's description, in English where there are several; None without one."""
    count = int.from_bytes(file.read(4), "big")
    table = file.read(TAG_ENTRY_LENGTH * min(count, MAX_TAGS))
    for start in range(0, len(table) - TAG_ENTRY_LENGTH + 1, TAG_ENTRY_LENGTH):
        if table[start : start + 4] == b"desc":
            file.seek(int.from_bytes(table[start + 4 : start + 8], "big"))
            tag = file.read(min(int.from_bytes(table[start + 8 : start + 12], "big"), 65536))
            return text_of(tag)
    return None


def text_of(tag):
    if tag[:4] == b"desc":
        length = min(int.from_bytes(tag[8:12], "big"), MAX_NAME_LENGTH)
        return tag[12 : 12 + length].split(b"\0")[0].decode("latin-1").strip()
    if tag[:4] != b"mluc":
        return None
    entries = [tag[start : start + 12] for start in range(16, 16 + 12 * min(int.from_bytes(tag[8:12], "big"), MAX_TAGS), 12)]
    entry = next((entry for entry in entries if entry[:2] == b"en"), entries[0] if entries else b"")
    length, offset = int.from_bytes(entry[4:8], "big"), int.from_bytes(entry[8:12], "big")
    return tag[offset : offset + min(length, 2 * MAX_NAME_LENGTH)].decode("utf-16-be", "replace").strip("\0 ")
