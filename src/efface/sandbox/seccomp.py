"""Calls of the system that a confined process never needs, refused by a filter in the kernel.

Sockets, other programs, new processes (threads are let through), other processes' memory and
signals, mounts, namespaces, keys, and parts of the kernel that are known for their faults. A filter
of this size needs no library: it is a comparison for each call (seccomp(2)). It is a list of what
is refused: what Python and five codec libraries may ever call is no list that could be kept right.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# prctl(2), linux/seccomp.h, linux/filter.h, linux/audit.h
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
"""Offsets in ``struct seccomp_data``; of the first argument the lower half."""
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000

_LATE = (424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442, 447)
"""Numbers that all machines share: pidfd_send_signal, io_uring_setup, -_enter, -_register,
open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, pidfd_open, pidfd_getfd, process_madvise,
mount_setattr, memfd_secret."""


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of calls on one kind of processor."""

    audit: int
    refused: dict[str, int]
    clone: int
    own: tuple[int, ...]
    """kill, tgkill, and prlimit64: of this process alone; 0 is another name for it."""


_X86_64 = _Machine(
    0xC000003E,
    {
        "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "accept4": 288,
        "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "ptrace": 101, "shmget": 29,
        "shmat": 30, "shmctl": 31, "msgget": 68, "semget": 64, "mount": 165, "umount2": 166,
        "pivot_root": 155, "chroot": 161, "swapon": 167, "swapoff": 168, "reboot": 169,
        "sethostname": 170, "init_module": 175, "finit_module": 313, "delete_module": 176,
        "kexec_load": 246, "kexec_file_load": 320, "keyctl": 250, "add_key": 248,
        "request_key": 249, "unshare": 272, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "kcmp": 312, "bpf": 321, "perf_event_open": 298,
        "userfaultfd": 323, "memfd_create": 319, "open_by_handle_at": 304,
        "name_to_handle_at": 303, "quotactl": 179, "acct": 163, "personality": 135,
        "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297, "tkill": 200, "iopl": 172, "ioperm": 173,
    },
    56,
    (62, 234, 302),
)  # fmt: skip

_AARCH64 = _Machine(
    0xC00000B7,
    {
        "socket": 198, "connect": 203, "accept": 202, "bind": 200, "listen": 201, "accept4": 242,
        "execve": 221, "execveat": 281, "ptrace": 117, "shmget": 194, "shmat": 196, "shmctl": 195,
        "msgget": 186, "semget": 190, "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51,
        "swapon": 224, "swapoff": 225, "reboot": 142, "sethostname": 161, "init_module": 105,
        "finit_module": 273, "delete_module": 106, "kexec_load": 104, "kexec_file_load": 294,
        "keyctl": 219, "add_key": 217, "request_key": 218, "unshare": 97, "setns": 268,
        "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "bpf": 280,
        "perf_event_open": 241, "userfaultfd": 282, "memfd_create": 279, "open_by_handle_at": 265,
        "name_to_handle_at": 264, "quotactl": 60, "acct": 89, "personality": 92,
        "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240, "tkill": 130,
    },
    220,
    (129, 131, 261),
)  # fmt: skip

_MACHINES = {"x86_64": _X86_64, "aarch64": _AARCH64}

_CLONE3 = 435
"""Its flags lie in memory, which a filter cannot read: libraries that are told it is not there use
``clone``."""


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def trouble() -> str | None:
    """Why there is no filter here, in words that end a sentence; ``None``: there is."""
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in _MACHINES:
        return f"there is no filter of system calls for {platform.system()} on {machine}"
    library = ctypes.CDLL(None, use_errno=True)
    # without a program: EFAULT where there are filters, EINVAL where there are none (prctl(2))
    if library.prctl(_PR_SET_SECCOMP, _MODE_FILTER, None, 0, 0) == 0:
        return None
    if ctypes.get_errno() == errno.EFAULT:
        return None
    return "the kernel has no filter of system calls"


def refuse_calls() -> None:
    """From now on, for this process and its threads to come, and for good.

    Raises:
        OSError: the kernel refused.
    """
    program = b"".join(_filter(_MACHINES[platform.machine()], os.getpid()))
    held = ctypes.create_string_buffer(program, len(program))
    set_up = _Program(len(program) // 8, ctypes.addressof(held))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    if library.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(set_up), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the filter of system calls was refused")


def _filter(machine: _Machine, own: int) -> Iterator[bytes]:
    """The program; jumps are counted from the instruction after.

    Args:
        own: number of this process.
    """
    no = _ERRNO | errno.EPERM
    yield _step(_LOAD, _ARCHITECTURE)
    yield _step(_EQUAL, machine.audit, 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER)
    yield from _if(_AT_LEAST, _X32, _KILL)  # a second table of the same calls
    for number in (*machine.refused.values(), *_LATE):
        yield from _if(_EQUAL, number, no)
    yield from _if(_EQUAL, _CLONE3, _ERRNO | errno.ENOSYS)
    yield _step(_EQUAL, machine.clone, 0, 5)
    yield _step(_LOAD, _FIRST)
    yield _step(_AND, _CLONE_THREAD)
    yield _step(_EQUAL, _CLONE_THREAD, 1, 0)
    yield _step(_RETURN, no)
    yield _step(_RETURN, _ALLOW)
    for number in machine.own:
        yield _step(_EQUAL, number, 0, 5)
        yield _step(_LOAD, _FIRST)
        yield _step(_EQUAL, own, 2, 0)
        yield _step(_EQUAL, 0, 1, 0)
        yield _step(_RETURN, no)
        yield _step(_RETURN, _ALLOW)
    yield _step(_RETURN, _ALLOW)


def _if(test: int, value: int, result: int) -> Iterator[bytes]:
    yield _step(test, value, 0, 1)
    yield _step(_RETURN, result)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """``struct sock_filter``."""
    return struct.pack("=HBBI", code, then, otherwise, value)
