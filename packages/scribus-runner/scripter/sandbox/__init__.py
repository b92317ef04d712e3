"""Bounds what this process can do to the rest of the machine, before it opens a document.

Nothing here can be undone: the process ends in the sandbox, and so does whatever it starts.
"""

from failure import Failure

from . import capabilities, descriptors, file_rules, kernel, landlock, limits, seccomp, surroundings


def available():
    """The protections that a process with one thread, such as a forked child, gets on this machine."""
    if not surroundings.ON_LINUX:
        return only_limits()
    return {
        **only_limits(),
        "noNewPrivileges": kernel.can_refuse_new_privileges(),
        "landlock": landlock_abi(),
        "allThreads": True,
        "seccomp": seccomp.is_available(),
    }


def only_limits():
    """The protections that are there everywhere, and those that came with the process."""
    return {
        "noNewPrivileges": False,
        "landlock": 0,
        "allThreads": False,
        "seccomp": False,
        "limits": True,
        "bubblewrap": surroundings.IN_BUBBLEWRAP,
    }


def landlock_abi():
    return 0 if surroundings.WITHOUT_LANDLOCK else landlock.abi()


def protect_runner():
    """Keeps the documents of jobs, which run as the same user, out of this process and all that it forks.

    Landlock does that by itself, and leaves the process open to those who look after the machine.
    """
    if surroundings.ON_LINUX and landlock_abi() == 0:
        kernel.close_memory()


def prepare():
    """What is the same for all jobs of this process and its children, to be passed to enter()."""
    return Prepared()


class Prepared:
    def __init__(self):
        self.landlock_abi = landlock_abi()
        self.seccomp_programs = seccomp.prepare() if seccomp.is_available() else None
        self.system_rules = {with_gs: file_rules.of_system(with_gs) for with_gs in (False, True)}


def enter(policy, keep=(), prepared=None):
    """Enters the sandbox and returns the protections that are in force from now on, as available() names them.

    `policy` has `mode` ('required', 'preferred' or 'off'), `readPaths` and `writePaths` (absolute; what can be
    written can be read), `ghostscript` (whether `gs` can be started) and `limits` (`cpuSeconds`, `memoryBytes`,
    `outputBytes`, each a number or None; limits.py says what they count). In every mode the limits are set, and
    all descriptors but 0, 1, 2 and `keep` are taken away. With `forks`, processes can be forked, which
    are to call narrow(). What is imported later must lie in a path that can be read.

    `allThreads` is false where Landlock restricts only the calling thread of several.

    :raises Failure: of kind 'sandbox', when the mode is 'required' and a protection is missing; in bubblewrap,
        Landlock may be.
    """
    if surroundings.ON_LINUX:
        descriptors.leave_only(keep)
    limits.enter(policy["limits"])
    in_force = only_limits()
    if policy["mode"] == "off":
        return in_force
    if not surroundings.ON_LINUX:
        if policy["mode"] == "required":
            raise Failure("sandbox", "The sandbox needs Linux.")
        return in_force
    prepared = prepared or prepare()
    in_force["allThreads"] = landlock.covers_all_threads(prepared.landlock_abi)
    missing = [] if in_force["allThreads"] else ["Landlock restricts one thread only, and this process has more"]
    # seccomp is last: it refuses the calls that the others make.
    for name, step in (("noNewPrivileges", drop_rights), ("landlock", restrict_files), ("seccomp", filter_calls)):
        try:
            in_force[name] = step(policy, prepared)
        except OSError as error:
            # Of the file system bubblewrap shows as little.
            if name != "landlock" or not surroundings.IN_BUBBLEWRAP:
                missing.append(f"{name}: {error.strerror or error}")
    if missing and policy["mode"] == "required":
        raise Failure("sandbox", f"The sandbox is not complete: {'; '.join(missing)}")
    return in_force


def drop_rights(policy, prepared):
    kernel.refuse_new_privileges()
    capabilities.drop()
    return True


def restrict_files(policy, prepared):
    if prepared.landlock_abi == 0:
        raise OSError("this kernel has no Landlock, or it is switched off")
    rules = [*prepared.system_rules[policy["ghostscript"]], *file_rules.of_job(policy)]
    landlock.enter(prepared.landlock_abi, rules)
    return prepared.landlock_abi


def filter_calls(policy, prepared):
    if prepared.seccomp_programs is None:
        raise OSError("this kernel has no seccomp filters, or this processor is not in the table")
    seccomp.enter("forks" if policy.get("forks") else seccomp.kind_of(policy["ghostscript"]), prepared.seccomp_programs)
    return True


def narrow(policy, prepared):
    """In a process that was forked within a sandbox with `forks`: leaves `writePaths` of what could be written, and the
    calls of a process that can't fork. Reading stays as it is.

    :raises Failure: of kind 'sandbox', when the kernel refuses it.
    """
    try:
        landlock.narrow(prepared.landlock_abi, policy["writePaths"])
        seccomp.enter(seccomp.kind_of(False), prepared.seccomp_programs)
    except OSError as error:
        raise Failure("sandbox", f"A record can't be kept from the others: {error.strerror or error}") from error
