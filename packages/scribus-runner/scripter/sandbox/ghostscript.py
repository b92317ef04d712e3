"""The files that must be executable for Scribus to start Ghostscript."""

import os
import shutil
import struct

PT_INTERP = 3


def program():
    """The file that `gs` on the PATH stands for, or None."""
    found = shutil.which("gs")
    return os.path.realpath(found) if found else None


def loader_of(program):
    """The dynamic loader that a program names in its ELF header; None where it names none, or is a script."""
    with open(program, "rb") as file:
        # elf.h, Elf64_Ehdr: e_phoff at 32, e_phentsize and e_phnum at 54.
        header = file.read(64)
        if len(header) < 64 or header[:5] != b"\x7fELF\x02":
            return None
        (table,) = struct.unpack_from("=Q", header, 32)
        size, count = struct.unpack_from("=HH", header, 54)
        for index in range(count):
            file.seek(table + index * size)
            # Elf64_Phdr: p_type at 0, p_offset at 8, p_filesz at 32.
            kind, offset, length = struct.unpack("=I4xQ16xQ16x", file.read(56))
            if kind == PT_INTERP:
                file.seek(offset)
                return os.path.realpath(file.read(length).rstrip(b"\0").decode())
    return None
