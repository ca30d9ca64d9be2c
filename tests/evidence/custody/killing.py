"""Appends entries, and dies at every call that reaches the disk, before it, after it or within it.

Run as a program with an empty folder; prints one JSON object a death.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.evidence.custody.logs import DESK, log
from tests.evidence.signers import NOW, signer

from efface.evidence.custody.entry import Action
from efface.files.lock import fcntl  # type: ignore[attr-defined]

CALLS = (
    *((os, name) for name in ("open", "write", "fsync", "close", "replace", "unlink")),
    (fcntl, "flock"),
)
READER = signer("Reader")
"""Its certificate is new to the case: the second entry writes two files."""


def main(folder: Path) -> None:
    """One process for each call at which it may die."""
    number = 0
    for half in ("before", "within", "after"):
        number = 0
        while True:
            number += 1
            case = folder / f"{half}-{number}"
            case.mkdir()
            log(case).append(Action.RECEIVED, {}, DESK, NOW)
            acknowledged, died = _run(case, number, half)
            report = {"case": case.name, "acknowledged": acknowledged, "died": died}
            print(json.dumps(report), flush=True)  # noqa: T201 - this is its output
            if not died:
                break


def _run(case: Path, number: int, half: str) -> tuple[int, bool]:
    """How many entries a child acknowledged until it died at that call, and whether it did."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        acknowledge = os.write
        _arm(number, half)
        made = log(case)
        for minute, by in enumerate((READER, DESK), 1):
            made.append(Action.NOTE, {"n": minute}, by, NOW + timedelta(minutes=minute))
            acknowledge(write, b"x")
        os._exit(0)
    os.close(write)
    _, status = os.waitpid(child, 0)
    acknowledged = len(os.read(read, 100))
    os.close(read)
    return acknowledged, os.WIFSIGNALED(status)


def _arm(number: int, half: str) -> None:
    """Make the call of that number, of all of ``CALLS`` or within writes, the last."""
    left = number

    def deadly(call: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left:
                return call(*args, **kwargs)
            if half == "after":
                call(*args, **kwargs)
            elif half == "within":
                call(args[0], bytes(args[1])[: len(args[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        return instead

    for holder, name in [(os, "write")] if half == "within" else CALLS:
        setattr(holder, name, deadly(getattr(holder, name)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
