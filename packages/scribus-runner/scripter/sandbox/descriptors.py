"""Takes from this process the open files that it has inherited."""

import os


def leave_only(keep):
    """Makes all descriptors harmless but 0, 1, 2 and those in `keep`.

    Their numbers stay taken, because Scribus and Qt go on using them: written to a number that has become the
    output file's, what was meant for a thread that is gone would be in the output. Of the counters with which
    Qt wakes itself up it gets new ones, of anything else /dev/null.
    """
    kept = {0, 1, 2, *keep}
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for descriptor in open_descriptors():
        if descriptor not in kept and descriptor != null:
            replace(descriptor, null)
    os.close(null)


def replace(descriptor, null):
    try:
        is_counter = os.readlink(f"/proc/self/fd/{descriptor}") == "anon_inode:[eventfd]"
    except OSError:
        return  # The descriptor with which the directory was listed.
    if not is_counter:
        os.dup2(null, descriptor, inheritable=False)
        return
    counter = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
    os.dup2(counter, descriptor, inheritable=False)
    os.close(counter)


def open_descriptors():
    return [int(name) for name in os.listdir("/proc/self/fd")]
