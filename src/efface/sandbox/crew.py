"""Threads that each have a confined process: how many there are, and how they end."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

WORKER_MB: Final = 2000
"""Of memory for each worker that is started by itself."""

_LOOKS_EVERY_S = 0.5


def work_through(
    work: Callable[[], None],
    workers: int,
    stop: Callable[[], None],
    meanwhile: Callable[[], None] | None = None,
) -> bool:
    """Work in so many threads until all of them return; whether it was interrupted.

    Args:
        work: what each thread does; it raises nothing.
        stop: called again and again after an interruption, or an error, while a thread is at work:
            it ends all processes.
        meanwhile: called in this thread twice a second.
    """
    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    interrupted = False
    try:
        while any(thread.is_alive() for thread in threads):
            if meanwhile is not None:
                meanwhile()
            threads[0].join(_LOOKS_EVERY_S)
            if not threads[0].is_alive():
                time.sleep(_LOOKS_EVERY_S / 10)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        while any(thread.is_alive() for thread in threads):  # one may just begin a process
            stop()
            threads[0].join(_LOOKS_EVERY_S / 10)
    return interrupted


def workers_here() -> int:
    """As many as there are processors and memory for; at least one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    free_mb = _free_mb()
    by_memory = cores or 1 if free_mb is None else int(free_mb / WORKER_MB)
    return max(1, min(cores or 1, by_memory))


def _free_mb() -> float | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        rows = dict(line.split(":", 1) for line in lines)
        return float(rows["MemAvailable"].split()[0]) / 1000
    except (OSError, KeyError, ValueError):
        return None
