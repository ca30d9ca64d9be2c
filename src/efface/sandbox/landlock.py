"""Landlock: the kernel lets a process reach the files of its view, and no others (landlock(7)).

Names of files can still be asked for one by one (``stat``), which Landlock does not rule; with the
filter of system calls there is no way to tell anybody.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Sequence
from typing import Final

from efface.sandbox import seccomp
from efface.sandbox.interface import Bounds, View
from efface.sandbox.limits import set_limits
from efface.words import Confinement

# linux/landlock.h; the calls have the same numbers on all machines
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38

LEAST_VERSION = 3
"""Linux 6.2: from here on it rules who may cut a file short."""

_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FOLDER, _REMOVE_FILE, _MAKE_FOLDER, _MAKE_FILE = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_TRUNCATE = 1 << 14
_ALL = (1 << 15) - 1
_DEVICES = 1 << 15
"""Rights from the fifth version on: control of devices."""
_READING = _READ | _LIST
_WRITING = _READING | _WRITE | _TRUNCATE | _REMOVE_FILE | _REMOVE_FOLDER | _MAKE_FILE | _MAKE_FOLDER
_NETWORK = 0b11
"""TCP, both ways: from the fourth version on."""
_SCOPED = 0b11
"""Sockets without a file, and signals, of processes outside: from the sixth on."""


class LandlockConfinement:
    """Landlock with the filter of system calls and the limits."""

    name: Confinement = "landlock"

    def trouble(self) -> str | None:
        found = version()
        if found < LEAST_VERSION:
            return (
                "the kernel has no Landlock"
                if found < 1
                else f"the kernel's Landlock is version {found}, and {LEAST_VERSION} is needed"
            )
        return seccomp.trouble()

    def command(self, view: View, argv: Sequence[str]) -> list[str]:
        return [*argv]

    def confine(self, view: View, bounds: Bounds) -> None:
        set_limits(bounds)
        restrict(view)
        seccomp.refuse_calls()


def version() -> int:
    """Of the kernel's Landlock; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(_call(_CREATE, None, 0, _ASK_VERSION), 0)


def restrict(view: View) -> None:
    """From now on, for this process and its threads to come, and for good.

    Raises:
        OSError: the kernel refused.
    """
    found = version()
    rights = _ALL | (_DEVICES if found >= 5 else 0)
    parts = (rights, *((_NETWORK,) if found >= 4 else ()), *((_SCOPED,) if found >= 6 else ()))
    ruled = struct.pack(f"={len(parts)}Q", *parts)
    rules = _call(_CREATE, ruled, len(ruled), 0)
    if rules < 0:
        raise OSError(ctypes.get_errno(), "Landlock made no rules")
    try:
        for path in (*view.code, *view.reads):
            _allow(rules, path, _READING)
        for path in view.lists:
            _allow(rules, path, _LIST)
        for path in view.writes:
            _allow(rules, path, _WRITING)
        _allow(rules, "/dev/null", _READ | _WRITE)
        if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "no_new_privs was refused")
        if _call(_RESTRICT, rules, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock was refused")
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    """What lies at a path, and beneath; what is not there needs no rule."""
    try:
        place = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - a worker begins with no more than it needs
            rights &= _READ | _WRITE | _TRUNCATE | _EXECUTE
        rule = struct.pack("=Qi", rights, place)
        if rights and _call(_ADD, rules, _PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock took no rule for it", path)
    finally:
        os.close(place)


def _call(number: int, *values: int | bytes | None) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in values]
    done: int = library.syscall(ctypes.c_long(number), *wide)
    return done
