"""What the server tells by itself."""

from __future__ import annotations

import asyncio

from efface.review.forms import Happening
from efface.review.happenings import WAITING, Happenings


def test_every_page_hears() -> None:
    happenings = Happenings()

    async def listen() -> list[bytes]:
        return [piece async for piece in happenings.stream()]

    async def both() -> list[list[bytes]]:
        pages = [asyncio.create_task(listen()) for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.to_thread(happenings.tell, Happening(step="detect"))
        await asyncio.to_thread(happenings.end)
        return await asyncio.gather(*pages)

    for heard in asyncio.run(both()):
        assert heard[0].startswith(b"retry")
        assert b'"step":"detect"' in heard[1]
        assert len(heard) == 2


def test_a_page_that_does_not_keep_up_is_let_go() -> None:
    happenings = Happenings()

    async def slow() -> int:
        pieces = happenings.stream()
        await anext(pieces)
        for _ in range(WAITING + 9):
            happenings.tell(Happening(step="detect"))
        await asyncio.sleep(0.01)
        return len([piece async for piece in pieces])

    assert asyncio.run(slow()) == 0
