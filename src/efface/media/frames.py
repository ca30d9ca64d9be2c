"""Frames of an animation, which can only be composed one after the other, asked for by number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from numpy.typing import NDArray


class Sequential:
    """Keeps its place, so that frames asked for in order are composed once each."""

    def __init__(self, start: Callable[[], Iterator[NDArray[Any]]], count: int) -> None:
        """
        Args:
            start: begins a walk through all frames.
            count: how many there are.
        """
        self._start = start
        self._last = count - 1
        self._next = 0
        self._walk: Iterator[NDArray[Any]] | None = None

    def at(self, frame: int) -> NDArray[Any]:
        """One frame; valid until the next call.

        Raises:
            IndexError: there are fewer frames.
        """
        walk, following = self._walk, self._next
        if walk is None or following > frame:
            walk, following = self._start(), 0
        self._walk = None  # a walk that fails cannot be gone on with
        for number, shown in enumerate(walk, start=following):
            if number == frame:
                if frame < self._last:  # what was composed is not held on to after the last one
                    self._walk, self._next = walk, frame + 1
                return shown
        raise IndexError(f"there is no frame {frame}")
