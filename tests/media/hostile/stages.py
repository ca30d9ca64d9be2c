"""How far into a reader a damaged file got before it was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from efface.errors import EffaceError, InputError, RefusedError
from efface.media.families import HEAD_BYTES, Family, family_of

Opened = TypeVar("Opened")


class Stage(Enum):
    """Where it ended."""

    SIGNATURE = "not taken for a file of the format"
    HEADER = "refused on opening, and not with the first bytes as they were"
    STRUCTURE = "refused on opening whatever its first bytes are"
    DECODING = "opened, and refused when it was decoded or written"
    WHOLE = "opened, decoded whole and written"


def stage_of(
    data: bytes,
    family: Family,
    header: bytes,
    start: Callable[[bytes], Opened],
    use: Callable[[Opened], None],
) -> Stage:
    """Try a damaged file. Whatever is no error of efface's comes out.

    Args:
        header: the first bytes as they were before.
        start: opens a file with these bytes.
        use: decodes all that is opened.
    """
    if family_of(data[:HEAD_BYTES]) is not family:
        _refused(start, data)
        return Stage.SIGNATURE
    try:
        found = start(data)
    except EffaceError as error:
        _ours(error)
        mended = header + data[len(header) :]
        return Stage.STRUCTURE if _refused(start, mended) else Stage.HEADER
    try:
        use(found)
    except EffaceError as error:
        _ours(error)
        return Stage.DECODING
    return Stage.WHOLE


def _refused(start: Callable[[bytes], object], data: bytes) -> bool:
    try:
        start(data)
    except EffaceError as error:
        _ours(error)
        return True
    return False


def _ours(error: EffaceError) -> None:
    """A damaged file is refused, or cannot be read; nothing else can be said of it."""
    assert isinstance(error, InputError | RefusedError), error
    assert error.path is not None
    assert error.message


def told(counts: Counter[Stage]) -> str:
    """How many files got how far."""
    return ", ".join(f"{counts[stage]} {stage.name.lower()}" for stage in Stage)
