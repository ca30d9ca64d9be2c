"""Whose turn it is to compute: one at a time, first come, first served."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class FairQueue:
    """Work that takes long steps aside for whoever waits, and goes on afterwards."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()
        """The first is at work."""

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn, and have it while the block runs."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @property
    def wanted(self) -> bool:
        """Somebody waits."""
        return len(self._queue) > 1

    def step_aside(self) -> None:
        """Let those who wait come first; of whoever has the turn."""
        if self.wanted:
            self._leave()
            self._enter()

    def _enter(self) -> None:
        me = object()
        with self._changed:
            self._queue.append(me)
            self._changed.wait_for(lambda: self._queue[0] is me)

    def _leave(self) -> None:
        with self._changed:
            self._queue.popleft()
            self._changed.notify_all()
