"""Lets this thread, and what it starts, reach only named files, by the kernel's Landlock (linux/landlock.h)."""

import os
import stat
import struct

from .kernel import call

# These numbers are the same on all architectures.
CREATE_RULESET = 444
ADD_RULE = 445
RESTRICT_SELF = 446

CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1
RESTRICT_SELF_TSYNC = 8
TSYNC_ABI = 8

EXECUTE = 1 << 0
WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
REMOVE_DIR = 1 << 4
REMOVE_FILE = 1 << 5
MAKE_DIR = 1 << 7
MAKE_REG = 1 << 8
TRUNCATE = 1 << 14
IOCTL_DEV = 1 << 15

# What can be refused, by the ABI that brought it. ABI 2 brought renames and links between directories (always
# refused before), 3 TRUNCATE, 5 IOCTL_DEV, 9 connecting to UNIX sockets by path.
FILE_RIGHTS = ((1, (1 << 13) - 1), (2, 1 << 13), (3, TRUNCATE), (5, IOCTL_DEV), (9, 1 << 16))
# Binding and connecting TCP.
NET_RIGHTS = ((4, 3),)
# Connecting to abstract UNIX sockets of others, and signals to others.
SCOPES = ((6, 3),)

READ = READ_FILE | READ_DIR
RUN = READ_FILE | EXECUTE
# Neither symbolic links nor sockets, pipes or devices can be made, and nothing moved between directories.
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | TRUNCATE
FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV


def abi():
    """The version of Landlock in this kernel; 0 where there is none, or it is switched off."""
    try:
        return call(CREATE_RULESET, None, 0, CREATE_RULESET_VERSION)
    except OSError:
        return 0


def covers_all_threads(version):
    """Before ABI 8 only the calling thread is restricted."""
    return version >= TSYNC_ABI or len(os.listdir("/proc/self/task")) == 1


def enter(version, rules):
    """Leaves only what the rules grant: pairs of a path and rights.

    Paths that don't exist, or that this process can't reach anyway, grant nothing.

    :raises OSError: when the kernel refuses it.
    """
    restrict(version, known(version, FILE_RIGHTS), rules)


def narrow(version, write_paths):
    """Leaves only these paths to be written. What can be read stays as it is.

    :raises OSError: when the kernel refuses it.
    """
    handled = known(version, FILE_RIGHTS) & ~(READ | EXECUTE)
    restrict(version, handled, [("/dev/null", WRITE), *((path, WRITE) for path in write_paths)])


def known(version, rights):
    return sum(right for since, right in rights if version >= since)


def restrict(version, handled, rules):
    attributes = struct.pack("=QQQ", handled, known(version, NET_RIGHTS), known(version, SCOPES))
    # Older kernels take a larger structure too, when what they don't know is zero.
    ruleset = call(CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path, rights in rules:
            grant(ruleset, path, rights & handled)
        call(RESTRICT_SELF, ruleset, RESTRICT_SELF_TSYNC if version >= TSYNC_ABI else 0)
    finally:
        os.close(ruleset)


def grant(ruleset, path, rights):
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= FOR_FILES
        call(ADD_RULE, ruleset, RULE_PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)
