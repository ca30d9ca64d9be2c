"""Ways to damage a file: bytes, cuts, and whole pieces under lengths and checksums that hold."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from tests.media.hostile.pieces import Layout, Piece

_NEAR_START = 300
_VALUES = (0, 1, 0x7F, 0x80, 0xFF)


def mutated(data: bytes, layout: Layout, seed: int) -> bytes:
    """The file damaged in one of the ways: the seed says how."""
    rng = random.Random(seed)
    way = rng.choice((_bytes, _cut, _piece, _piece, _piece, _order))
    out = way(data, layout, rng)
    return _bytes(out, layout, rng) if rng.random() < 0.1 else out


def shortened(data: bytes, layout: Layout) -> Iterator[bytes]:
    """The file with each of its pieces empty, or cut after a few bytes, in turn."""
    pieces = layout.split(data)
    for index, piece in enumerate(pieces):
        for length in (0, 6, len(piece.body) - 1):
            if 0 <= length < len(piece.body):
                short = replace(piece, body=piece.body[:length])
                yield layout.join([*pieces[:index], short, *pieces[index + 1 :]])


def _byte(rng: random.Random) -> int:
    return rng.choice(_VALUES) if rng.random() < 0.3 else rng.randrange(256)


def _bytes(data: bytes, layout: Layout, rng: random.Random) -> bytes:
    """One to six bytes anywhere, or near the start."""
    out = bytearray(data)
    end = min(len(out), _NEAR_START) if rng.random() < 0.5 else len(out)
    for _ in range(rng.randint(1, 6) if end else 0):
        out[rng.randrange(end)] = _byte(rng)
    return bytes(out)


def _cut(data: bytes, layout: Layout, rng: random.Random) -> bytes:
    """An end that is missing, or a stretch in the middle that is missing, doubled or blank."""
    at = rng.randrange(len(data) + 1)
    size = rng.randint(1, 30)
    ways = (
        data[:at],
        data[: len(data) - size],
        data[:at] + data[at + size :],
        data[:at] + data[at : at + size] + data[at:],
        data[:at] + bytes(len(data[at : at + size])) + data[at + size :],
    )
    return rng.choice(ways)


def _piece(data: bytes, layout: Layout, rng: random.Random) -> bytes:
    """Bytes of one or two pieces, some of which get longer or shorter."""
    pieces = layout.split(data)
    for _ in range(rng.randint(1, 2)):
        index = rng.randrange(len(pieces))
        pieces[index] = _changed(pieces[index], rng)
    return layout.join(pieces)


def _changed(piece: Piece, rng: random.Random) -> Piece:
    body = bytearray(piece.body)
    for _ in range(rng.randint(1, 3) if body else 0):
        body[rng.randrange(len(body))] = _byte(rng)
    how = rng.random()
    if how < 0.15:
        del body[rng.randrange(len(body) + 1) :]
    elif how < 0.3:
        body += bytes(_byte(rng) for _ in range(rng.randint(1, 9)))
    return replace(piece, body=bytes(body))


def _order(data: bytes, layout: Layout, rng: random.Random) -> bytes:
    """A piece left out, doubled, or in the place of another."""
    pieces = layout.split(data)
    one, other = rng.randrange(len(pieces)), rng.randrange(len(pieces))
    way = rng.randrange(3)
    if way == 0 and len(pieces) > 1:
        del pieces[one]
    elif way == 1:
        pieces.insert(other, pieces[one])
    else:
        pieces[one], pieces[other] = pieces[other], pieces[one]
    return layout.join(pieces)
