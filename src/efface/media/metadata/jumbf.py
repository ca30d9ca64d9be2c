"""JUMBF boxes (ISO 19566-5), in which Content Credentials lie: their names, kinds and contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_BOXES = 10_000
MAX_DEPTH = 16
_SUPERBOX, _DESCRIPTION = b"jumb", b"jumd"
_LABELLED = 2
"""Toggle of a description box that has a label."""


@dataclass(frozen=True, slots=True)
class Superbox:
    """A box with a name that holds others."""

    path: tuple[str, ...]
    """Labels from the outermost box to this one; empty where a box has none."""
    kind: bytes
    """The first four bytes of its type; the others are the same for all that is known here."""
    contents: tuple[tuple[bytes, bytes], ...]
    """Type and payload of the boxes right in it that are no superboxes."""


def superboxes(data: bytes) -> list[Superbox]:
    """Every superbox, in the order in which they begin.

    Raises:
        ValueError: the bytes are not JUMBF from the first to the last, or larger than any real one.
    """
    found: list[Superbox] = []
    for kind, payload in _boxes(data):
        if kind != _SUPERBOX:
            raise ValueError("expected superboxes alone")
        _superbox(payload, (), found)
    return found


def _superbox(payload: bytes, outer: tuple[str, ...], found: list[Superbox]) -> None:
    parts = list(_boxes(payload))
    if not parts or parts[0][0] != _DESCRIPTION or len(parts[0][1]) < 17:
        raise ValueError("expected a description box first")
    if len(outer) >= MAX_DEPTH or len(found) + len(parts) > MAX_BOXES:
        raise ValueError("expected fewer boxes")
    kind, label = _described(parts[0][1])
    path = (*outer, label)
    inner = [body for name, body in parts[1:] if name == _SUPERBOX]
    found.append(Superbox(path, kind, tuple(part for part in parts[1:] if part[0] != _SUPERBOX)))
    for body in inner:
        _superbox(body, path, found)


def _described(body: bytes) -> tuple[bytes, str]:
    """Type and label of a description box."""
    if not body[16] & _LABELLED:
        return body[:4], ""
    label, end, _ = body[17:].partition(b"\0")
    if not end:
        raise ValueError("expected the label to end")
    return body[:4], label.decode("utf-8", "backslashreplace")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and payload of one box after the other."""
    at, count = 0, 0
    while at < len(data):
        length, head = int.from_bytes(data[at : at + 4]), 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16]), 16
        elif length == 0:
            length = len(data) - at
        count += 1
        if length < head or at + length > len(data) or count > MAX_BOXES:
            raise ValueError("expected a box that lies in its box")
        yield data[at + 4 : at + 8], data[at + head : at + length]
        at += length
