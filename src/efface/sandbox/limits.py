"""Limits of the process alone: memory, size of files, open files, no core dump; and, where the
kernel has them, the filter of system calls. It sees whatever its user sees."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from efface.sandbox import seccomp
from efface.sandbox.interface import Bounds, View
from efface.words import Confinement

_MB = 1_000_000


class LimitsAlone:
    """The weakest mechanism: it bounds what a file can cost, and keeps nothing secret."""

    name: Confinement = "limits"

    def trouble(self) -> str | None:
        if sys.platform == "win32":
            return "Windows has no such limits"
        return None

    def command(self, view: View, argv: Sequence[str]) -> list[str]:
        return [*argv]

    def confine(self, view: View, bounds: Bounds) -> None:
        set_limits(bounds)
        if seccomp.trouble() is None:
            seccomp.refuse_calls()


def set_limits(bounds: Bounds) -> None:
    """Of this process, for good.

    Raises:
        OSError: the system refused.
    """
    if sys.platform == "win32":
        raise OSError("there are no limits of processes")
    import resource  # noqa: PLC0415 - not on Windows

    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: bounds.file_mb * _MB,
        resource.RLIMIT_NOFILE: bounds.open_files,
        resource.RLIMIT_AS: bounds.memory_mb * _MB,
    }
    for kind, limit in wanted.items():
        hard = resource.getrlimit(kind)[1]
        least = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(kind, (least, least))
        except ValueError as error:
            raise OSError(f"a limit was refused: {error}") from error
