"""Pictures in memory."""

from __future__ import annotations

import threading

import pytest

from efface.review.pictures import PictureCache


def test_no_more_is_held_than_fits() -> None:
    cache = PictureCache(100)
    for number in range(20):
        assert cache.get(number, lambda: bytes(30)) == bytes(30)
    assert len(cache) <= 100

    def made() -> bytes:
        raise LookupError

    assert cache.get(19, made) == bytes(30)
    with pytest.raises(LookupError):
        cache.get(0, made)
    assert len(cache.get("large", lambda: bytes(101))) == 101
    assert len(cache) <= 100


def test_what_is_made_already_is_not_made_again() -> None:
    cache, made, go = PictureCache(), [], threading.Event()

    def make() -> bytes:
        go.wait(5)
        made.append(1)
        return b"picture"

    threads = [threading.Thread(target=cache.get, args=("one", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    assert len(made) <= 2
