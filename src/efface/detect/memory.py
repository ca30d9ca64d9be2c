"""Memory that was freed and not yet given back to the system."""

from __future__ import annotations

import ctypes
import gc
import sys

_M_ARENA_MAX = -8
"""mallopt's name, from glibc's malloc.h."""

_ARENAS = 2


def keep_few_arenas() -> None:
    """Let threads share memory pools (glibc gives each its own, and what is freed in one stays)."""
    if sys.platform == "linux":
        option = getattr(ctypes.CDLL(None), "mallopt", None)
        if option is not None:
            option(_M_ARENA_MAX, _ARENAS)


def return_freed_memory() -> None:
    """Give freed memory back to the system, where the C library keeps it for itself (glibc)."""
    gc.collect()
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
