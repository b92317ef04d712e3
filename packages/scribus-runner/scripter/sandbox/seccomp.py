"""Lets this process, with all its threads, make only the system calls that call_rules.py names."""

import ctypes
import os
import struct

from .architecture import this_architecture
from .call_rules import KINDS, verdicts
from .filter_program import compile_filter, encode
from .kernel import call

# linux/seccomp.h.
SET_MODE_FILTER = 1
GET_ACTION_AVAIL = 2
FLAG_TSYNC = 1
RET_ERRNO = 0x00050000

# Stands for the number of the process in programs that are made before there is the process. No process has it:
# the kernel gives numbers up to 2 ** 22.
ANY_PID = 0x7FEDCBA9


def is_available():
    """Whether this kernel filters system calls, and the table knows this processor's."""
    architecture = this_architecture()
    if architecture is None:
        return False
    try:
        call(architecture.number("seccomp"), GET_ACTION_AVAIL, 0, struct.pack("=I", RET_ERRNO))
    except OSError:
        return False
    return True


def prepare():
    """The programs by kind, for enter(); making them takes longer than installing one."""
    architecture = this_architecture()
    return {kind: encode(compile_filter(architecture, verdicts(ANY_PID, kind))) for kind in KINDS}


def kind_of(ghostscript):
    return "ghostscript" if ghostscript else "alone"


def enter(kind, programs):
    """Installs the filter. It ends with the process, and processes that it starts inherit it.

    :raises OSError: when the kernel refuses it.
    """
    # What is forked inherits the filter, and this process is not its own: there nobody sends signals.
    pid = ANY_PID if kind == "forks" else os.getpid()
    program = programs[kind].replace(struct.pack("=I", ANY_PID), struct.pack("=I", pid))
    array = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(array))
    failed_thread = call(this_architecture().number("seccomp"), SET_MODE_FILTER, FLAG_TSYNC, header)
    if failed_thread > 0:
        raise OSError(f"thread {failed_thread} can't take the filter")

