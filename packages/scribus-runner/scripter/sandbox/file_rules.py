"""Which files a job can reach: pairs of a path and what is allowed in it."""

import os

from . import ghostscript
from .landlock import READ, RUN, WRITE

# What of the system Scribus and Ghostscript read, as measured on Debian 12 and 13. Not here, on purpose: /proc, which
# shows other processes; /etc but for these; /home; /tmp.
SYSTEM = (
    "/usr/share",
    "/usr/lib",
    "/usr/lib64",
    # Where these are links into /usr, the rule is for the same directory once more.
    "/lib",
    "/lib64",
    "/usr/local/share/fonts",
    "/usr/local/share/color",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/var/cache/fontconfig",
    "/dev/urandom",
)

SYSTEM_FOR_GHOSTSCRIPT = (
    "/etc/ghostscript",
    "/etc/papersize",
    "/usr/local/share/ghostscript",
    "/var/lib/ghostscript",
)


def of_system(with_ghostscript):
    paths = [*SYSTEM, *beside(os.path.realpath("/proc/self/exe")), os.path.dirname(os.__file__)]
    rules = [("/dev/null", WRITE)]
    if with_ghostscript:
        paths += SYSTEM_FOR_GHOSTSCRIPT
        program = ghostscript.program()
        if program is not None:
            paths += beside(program)
            rules += [(file, RUN) for file in (program, ghostscript.loader_of(program)) if file is not None]
    return rules + [(path, READ) for path in dict.fromkeys(paths)]


def beside(program):
    """The libraries and data of a program that is not installed in /usr."""
    prefix = os.path.dirname(os.path.dirname(program))
    return [] if prefix in ("/", "/usr") else [os.path.join(prefix, "lib"), os.path.join(prefix, "share")]


def of_job(policy):
    return [*((path, READ) for path in policy["readPaths"]), *((path, WRITE) for path in policy["writePaths"])]
