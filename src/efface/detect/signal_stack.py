"""The stack that signals are handled on, kept from a library that leaves a wrong one behind."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class _SignalStack(ctypes.Structure):
    """``stack_t`` of Linux (sigaltstack(2))."""

    _fields_ = (
        ("address", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("size", ctypes.c_size_t),
    )


@contextmanager
def own_signal_stack() -> Iterator[None]:
    """After the block, signals are handled on the stack that they were handled on before.

    OpenVINO gives the thread that loads its processor plugin a stack for signals, one for each
    ``Core``, and frees it with that. When several are freed in another order than they were made,
    the thread is left with one that is gone, and its next signal, Ctrl-C say, ends the process with
    a segmentation fault, nothing tidied up.
    """
    call = getattr(ctypes.CDLL(None), "sigaltstack", None) if sys.platform == "linux" else None
    if call is None:
        yield
        return
    before = _SignalStack()
    call(None, ctypes.byref(before))
    try:
        yield
    finally:
        call(ctypes.byref(before), None)
