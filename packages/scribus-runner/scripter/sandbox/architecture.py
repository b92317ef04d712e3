"""The processor's kind, as seccomp and the table of system calls name it."""

import os
import struct

from .syscall_numbers import NUMBERS


class Architecture:
    """`audit` is the kernel's AUDIT_ARCH_* (linux/audit.h), `column` that of the table of system calls."""

    def __init__(self, audit, column):
        self.audit = audit
        self._column = column

    def number(self, name):
        """The number of a system call; None where this architecture has no such call."""
        return NUMBERS[name][self._column]


BY_MACHINE = {
    "x86_64": Architecture(0xC000003E, 0),
    "aarch64": Architecture(0xC00000B7, 1),
}


def this_architecture():
    """None for one that the table does not know: there is no seccomp filter then."""
    is_64_bit = struct.calcsize("P") == 8
    return BY_MACHINE.get(os.uname().machine) if is_64_bit else None
