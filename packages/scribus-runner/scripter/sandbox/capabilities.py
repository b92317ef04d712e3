"""Takes root's special rights from this process: they would lift limits, and change what others own."""

import struct

from .kernel import get_capabilities, set_capabilities

# linux/capability.h.
VERSION_3 = 0x20080522
DAC_OVERRIDE = 1 << 1


def drop():
    """Leaves root only the right to open files of other owners, which Landlock bounds: inputs may be theirs.

    :raises OSError: when the kernel refuses it.
    """
    header = struct.pack("=Ii", VERSION_3, 0)
    # Effective, permitted, inheritable: the lower 32, then the upper 32 rights. They can only be given up.
    permitted = struct.unpack("=6I", get_capabilities(header))[1]
    kept = permitted & DAC_OVERRIDE
    set_capabilities(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0))
