"""Encoders are no more urgent than anything else on the computer.

SVT-AV1, opened by root as in a container, puts the thread that opens it and all of its own under
real-time scheduling of the highest priority (``switch_to_real_time`` in its EbEncHandle.c): what
else runs then waits until the video is done, and afterwards for whatever this process does next.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_TASKS = Path("/proc/self/task")


@contextlib.contextmanager
def ordinary_scheduling() -> Iterator[None]:
    """Threads that were put under real-time scheduling meanwhile are put back, this one, too."""
    before = _urgent()
    try:
        yield
    finally:
        for thread in _urgent() - before:
            with contextlib.suppress(ProcessLookupError):  # it has ended
                os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))


def _urgent() -> set[int]:
    """Threads of this process under real-time scheduling; none where there is no such thing."""
    if not hasattr(os, "SCHED_FIFO") or not _TASKS.is_dir():
        return set()
    found = set()
    for entry in _TASKS.iterdir():
        with contextlib.suppress(ProcessLookupError):
            policy = os.sched_getscheduler(int(entry.name)) & ~os.SCHED_RESET_ON_FORK
            if policy in (os.SCHED_FIFO, os.SCHED_RR):
                found.add(int(entry.name))
    return found
