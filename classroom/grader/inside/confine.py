"""Give up rights permanently: no files, no network, no new processes, limited memory.

Each step is specific to Linux; `confine` says which of them worked. Numbers of system calls are
those of the kernel's tables (``syscall_64.tbl`` of x86, ``unistd.h`` of the generic list for
arm64); the filter is a classic BPF program as seccomp(2) takes it.
"""

import ctypes
import os
import platform
import resource
import struct
import sys

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 22, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER, SIGKILL = 4, 2, 9
CAPABILITY_VERSION_3 = 0x20080522
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000
X32 = 0x40000000

# What no answer needs: network, new processes, access to others, memory beyond the limits.
REFUSED = {
    "x86_64": (
        0xC000003E,
        {
            "talk": (41, 42, 49, 50, 53),  # socket connect bind listen socketpair
            "start": (56, 57, 58, 59, 322, 435),  # clone fork vfork execve execveat clone3
            "watch": (101, 310, 311, 434, 438),  # ptrace process_vm_* pidfd_open pidfd_getfd
            "signal": (62, 129, 200, 234, 297, 424),  # kill and its relatives
            "share": (29, 64, 68, 240, 319, 447),  # shm sem msg mq memfd_create memfd_secret
            "kernel": (248, 249, 250, 298, 321, 323, 425),  # keys perf bpf userfaultfd io_uring
            "spaces": (155, 161, 165, 166, 272, 303, 304, 308),  # chroot mount unshare setns
            "leash": (109, 112, 157),  # setpgid setsid prctl
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "talk": (198, 199, 200, 201, 203),
            "start": (220, 221, 281, 435),
            "watch": (117, 270, 271, 434, 438),
            "signal": (129, 130, 131, 138, 240, 424),
            "share": (180, 186, 190, 194, 279, 447),
            "kernel": (217, 218, 219, 241, 280, 282, 425),
            "spaces": (39, 40, 41, 51, 97, 264, 265, 268),
            "leash": (154, 157, 167),
        },
    ),
}


def confine(jail, user, limits):
    """Give up rights.

    Parameters
    ----------
    jail : str or None
        An empty folder that becomes the root; None leaves the files where they are.
    user : int or None
        The number of the user to become, as root.
    limits : dict
        ``memory`` in bytes and ``cpu`` in seconds.

    Returns
    -------
    dict
        ``files``: whether there are none. ``calls``: whether the kernel refuses network, new
        processes and the like.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if jail is not None:
        os.chroot(jail)
        os.chdir("/")
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _limit(limits)
    linux = sys.platform == "linux"
    quiet = linux and _drop_capabilities(libc) and _filter_calls(libc)
    return {"files": jail is not None and os.listdir("/") == [], "calls": quiet}


def _limit(limits):
    wanted = {
        "RLIMIT_AS": limits["memory"],
        "RLIMIT_CPU": limits["cpu"],
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 32,
        "RLIMIT_NPROC": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in wanted.items():
        if hasattr(resource, name):
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))


def _drop_capabilities(libc):
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header, nothing = struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24)
    dropped = libc.capset(header, nothing) == 0
    # From here on the worker ends with the grader, even where there is no bubblewrap.
    return dropped and libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0


def _filter_calls(libc):
    if platform.machine() not in REFUSED:
        return False
    program = _program(*REFUSED[platform.machine()])
    text = ctypes.create_string_buffer(program, len(program))
    pointer = struct.pack("HP", len(program) // 8, ctypes.addressof(text))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, pointer, 0, 0) == 0


def _program(architecture, groups):
    """Return the filter: another architecture ends the process, a refused call gives EPERM."""
    numbers = sorted(number for group in groups.values() for number in group)
    steps = [
        (LOAD, 0, 0, 4),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),
        (AT_LEAST, len(numbers) + 1, 0, X32),
        *((EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
