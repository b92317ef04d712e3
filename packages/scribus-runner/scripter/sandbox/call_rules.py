"""Which system calls the sandbox lets through: what Scribus and Ghostscript need, and nothing else.

A call that is not named here is refused with EPERM; one that is newer than the table doesn't exist (ENOSYS), so
that the C library falls back on an older one. Most of what is named is harmless with any arguments. The others
have a rule: alternatives, each a list of tests on arguments, of which one must hold as a whole.
"""

from .syscall_numbers import NUMBERS

# linux/sched.h. CLONE_PARENT would hand the child to the process that started this one.
CLONE_THREAD = 0x00010000
CLONE_REFUSED = 0x00008000 | 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000

# asm-generic/ioctls.h: TCGETS TIOCGWINSZ FIONREAD FIONBIO FIONCLEX FIOCLEX; linux/fs.h: FICLONE.
# Above all not: TIOCSTI, which types into a terminal; FIOSETOWN, which sends signals to others.
IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x40049409)

# asm-generic/fcntl.h: F_DUPFD to F_SETLKW, F_DUPFD_CLOEXEC.
# Above all not: F_SETOWN and F_SETSIG, which send signals to others; F_SETLEASE, which makes others wait.
FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 1030)

# linux/prctl.h: PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP, PR_CAPBSET_READ,
# PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_SET_VMA.
# Above all not: PR_SET_PDEATHSIG, which ends this process with the one that started it.
PRCTLS = (2, 3, 15, 16, 21, 23, 38, 39, 0x53564D41)

O_TRUNC = 0x200
O_ACCESS_AND_TRUNC = 0x203

AF_UNIX = 1
SOCK_STREAM = 1
SOCK_TYPE_MASK = 0xF

# Without pipes Qt gives up at once when Scribus wants to start a program. When only the fork fails, it waits 30 s
# on a descriptor that it never got (Qt 5.15, system_forkfd).
_ONLY_WITH_GHOSTSCRIPT = ("fork", "vfork", "execve")
_ONLY_WITH_PROCESSES = ("pipe", "pipe2")
# What is forked enters a narrower sandbox.
_ONLY_WITH_FORKS = ("seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
_DOES_NOT_EXIST = ("clone3",)  # Its flags lie in memory, where a filter can't look.

# Of processes that start no other, that start Ghostscript, or that fork others of their own kind.
KINDS = ("alone", "ghostscript", "forks")


def masked(argument, mask, value):
    """Holds when the lower half of an argument, after the mask, is the value."""
    return (argument, mask, value)


def equal(argument, value):
    return masked(argument, 0xFFFFFFFF, value)


def null(argument):
    """Holds when a pointer is NULL: None stands for both halves of the argument being zero."""
    return (argument, None, 0)


def one_of(argument, values):
    return [[equal(argument, value)] for value in values]


def rules(pid, kind):
    """Calls whose arguments matter, by name."""
    to_itself = [[equal(0, pid)]]
    # With ABI 1 and 2 Landlock doesn't see that a file is cut while it is opened for reading, or for nothing.
    not_cut_unless_written = [
        [masked(1, O_TRUNC, 0)],
        [masked(1, O_ACCESS_AND_TRUNC, O_TRUNC | 1)],
        [masked(1, O_ACCESS_AND_TRUNC, O_TRUNC | 2)],
    ]
    return {
        "kill": to_itself,
        "tkill": to_itself,
        "tgkill": to_itself,
        "rt_sigqueueinfo": to_itself,
        "rt_tgsigqueueinfo": to_itself,
        "prlimit64": one_of(0, (0, pid)),
        "open": not_cut_unless_written,
        "openat": [[(argument + 1, mask, value)] for [(argument, mask, value)] in not_cut_unless_written],
        "ioctl": one_of(1, IOCTLS),
        "fcntl": one_of(1, FCNTLS),
        "prctl": one_of(0, PRCTLS),
        # A pair of datagram sockets could send to the path of any other.
        "socketpair": [[equal(0, AF_UNIX), masked(1, SOCK_TYPE_MASK, SOCK_STREAM)]],
        "sendto": [[null(4)]],
        # Qt converts large images in threads. Only Ghostscript and records take processes.
        "clone": [[masked(0, CLONE_REFUSED, 0)]]
        if kind != "alone"
        else [[masked(0, CLONE_REFUSED | CLONE_THREAD, CLONE_THREAD)]],
    }


def verdicts(pid, kind):
    """What becomes of each named call: 'allow', 'absent', or a rule. All others are refused."""
    ruled = rules(pid, kind)
    refused = {
        *(() if kind == "ghostscript" else _ONLY_WITH_GHOSTSCRIPT),
        *(() if kind != "alone" else _ONLY_WITH_PROCESSES),
        *(() if kind == "forks" else _ONLY_WITH_FORKS),
    }
    found = {}
    for name in NUMBERS:
        if name in _DOES_NOT_EXIST:
            found[name] = "absent"
        elif name not in refused:
            found[name] = ruled.get(name, "allow")
    return found
