"""Calls to the kernel that Python has no function for."""

import ctypes
import os

PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
PR_GET_NO_NEW_PRIVS = 39

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def call(number, *arguments):
    """Makes a system call with integers and bytes; raises OSError when the kernel refuses it."""
    return checked(_libc.syscall(ctypes.c_long(number), *map(as_word, arguments)))


def prctl(option, value=0):
    """Asks for, or sets, a property of this thread; raises OSError when the kernel refuses it."""
    return checked(_libc.prctl(option, *map(as_word, (value, 0, 0, 0))))


def get_capabilities(header):
    """The rights of this thread, as capget(2) fills them in."""
    rights = ctypes.create_string_buffer(24)
    checked(_libc.capget(header, rights))
    return rights.raw


def set_capabilities(header, rights):
    """Sets the rights of this thread, as capset(2) takes them."""
    checked(_libc.capset(header, rights))


def as_word(argument):
    # Without a type Python would pass 32 bits.
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def checked(result):
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def can_refuse_new_privileges():
    try:
        prctl(PR_GET_NO_NEW_PRIVS)
    except OSError:
        return False
    return True


def refuse_new_privileges():
    """From now on no program that is started gains privileges. Landlock and seccomp ask for it."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def close_memory():
    """From now on no other process of this user gets at the memory and the descriptors of this one, or of one that it
    forks and that starts no other program."""
    prctl(PR_SET_DUMPABLE, 0)
