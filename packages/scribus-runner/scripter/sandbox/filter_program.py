"""Translates verdicts on system calls into a program of the kernel's packet filter (classic BPF).

The program looks up the call's number in a binary tree: the kernel runs it for each number when it is installed.
"""

import errno
import struct

# linux/seccomp.h.
KILL_PROCESS = 0x80000000
ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.EPERM
ABSENT = 0x00050000 | errno.ENOSYS

# Offsets in struct seccomp_data.
NUMBER = 0
ARCHITECTURE = 4
ARGUMENTS = 16

# linux/bpf_common.h, linux/filter.h.
LOAD = 0x20
AND = 0x54
JUMP = 0x05
JUMP_IF_EQUAL = 0x15
JUMP_IF_NOT_BELOW = 0x35
RETURN = 0x06

# The newest call in the headers that the table was written from (Linux 6.1), on both architectures.
NEWEST_KNOWN = 450
# From here on, an x86-64 kernel takes numbers for those of x32.
X32 = 0x40000000


def compile_filter(architecture, verdicts):
    """Instructions as (code, jump if true, jump if false, operand)."""
    leaf_of = {architecture.number(name): leaf(verdict) for name, verdict in verdicts.items()}
    leaf_of.pop(None, None)
    refuse, absent, kill = ([(RETURN, 0, 0, action)] for action in (REFUSE, ABSENT, KILL_PROCESS))
    intervals = []

    def begin(number, instructions):
        if not intervals or intervals[-1][1] != instructions:
            intervals.append((number, instructions))

    for number in range(NEWEST_KNOWN + 1):
        begin(number, leaf_of.get(number, refuse))
    begin(NEWEST_KNOWN + 1, absent)
    begin(X32, kill)
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_IF_EQUAL, 1, 0, architecture.audit),
        *kill,
        (LOAD, 0, 0, NUMBER),
        *tree(intervals),
    ]


def tree(intervals):
    """Finds the interval in which the number lies, and goes on with its instructions."""
    if len(intervals) == 1:
        return intervals[0][1]
    middle = len(intervals) // 2
    below, above = tree(intervals[:middle]), tree(intervals[middle:])
    test = (JUMP_IF_NOT_BELOW, 0, 1, intervals[middle][0])
    # A conditional jump reaches 255 instructions, a plain one any number.
    return [test, (JUMP, 0, 0, len(below)), *below, *above]


def leaf(verdict):
    if verdict == "allow":
        return [(RETURN, 0, 0, ALLOW)]
    if verdict == "absent":
        return [(RETURN, 0, 0, ABSENT)]
    return [*(one for tests in verdict for one in alternative(tests)), (RETURN, 0, 0, REFUSE)]


def alternative(tests):
    """Allows the call when all tests hold; goes on behind itself when one doesn't."""
    instructions = [(RETURN, 0, 0, ALLOW)]
    for argument, mask, value in reversed(tests):
        low = ARGUMENTS + 8 * argument
        if mask is None:
            otherwise = len(instructions)
            instructions = [
                (LOAD, 0, 0, low),
                (JUMP_IF_EQUAL, 0, otherwise + 2, 0),
                (LOAD, 0, 0, low + 4),
                (JUMP_IF_EQUAL, 0, otherwise, 0),
                *instructions,
            ]
        else:
            instructions = [
                (LOAD, 0, 0, low),
                (AND, 0, 0, mask),
                (JUMP_IF_EQUAL, 0, len(instructions), value),
                *instructions,
            ]
    return instructions


def encode(instructions):
    """The program as the kernel reads it: an array of struct sock_filter."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
