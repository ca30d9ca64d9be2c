"""What the server tells by itself, to every page that listens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec

from efface.review.forms import Happening

WAITING = 256
"""Of what one page has not taken yet; one that is slower is told to begin again."""

BEAT_S = 15.0
"""Between signs of life, so that a page that is gone is noticed."""


class Happenings:
    """Told by any thread, heard by pages."""

    def __init__(self) -> None:
        self._ears: dict[asyncio.Queue[Happening | None], asyncio.AbstractEventLoop] = {}

    def tell(self, happening: Happening) -> None:
        """Tell every page that listens; from any thread."""
        for ear, loop in list(self._ears.items()):
            with contextlib.suppress(RuntimeError):  # that loop has ended
                loop.call_soon_threadsafe(_put, ear, happening)

    def end(self) -> None:
        """Let every page go."""
        for ear, loop in list(self._ears.items()):
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_put, ear, None)

    async def stream(self) -> AsyncIterator[bytes]:
        """As server-sent events, until the end."""
        ear: asyncio.Queue[Happening | None] = asyncio.Queue()
        self._ears[ear] = asyncio.get_running_loop()
        try:
            yield b"retry: 1000\n\n"
            while ear.qsize() <= WAITING:
                try:
                    happening = await asyncio.wait_for(ear.get(), BEAT_S)
                except TimeoutError:
                    yield b": here\n\n"
                    continue
                if happening is None:
                    return
                yield b"data: " + msgspec.json.encode(happening) + b"\n\n"
        finally:
            del self._ears[ear]


def _put(ear: asyncio.Queue[Happening | None], happening: Happening | None) -> None:
    if ear.qsize() <= WAITING:
        ear.put_nowait(happening)
