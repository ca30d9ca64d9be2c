"""Portraits whose faces something hides: a mask, paint, a hand and the like, as on the sheets of
hidden faces."""

from __future__ import annotations

import sys
import zlib
from dataclasses import replace
from pathlib import Path

from portraits import Portrait

from efface.detect.landmarks import POINTS, decode, landmark_network

sys.path.append(str(Path(__file__).resolve().parents[1] / "detect"))
from hiding import KINDS, Face

NAMES = ("mask and sunglasses", "balaclava", "scarf", "paint", "phone", "hand", "cloth",
         "microphone")  # fmt: skip
"""``cloth`` is drawn here, the others are those of ``hiding``."""

SURE = 0.6
"""Score from which the landmarks of a portrait are taken."""

_CLOTH = [(-1.1, 0.35), (1.1, 0.35), (1.1, 2.2), (-1.1, 2.2)]


def hidden(portrait: Portrait, name: str) -> Portrait | None:
    """A portrait with its face hidden; nothing where its landmarks are not found.

    Args:
        portrait: of a person, as it is.
        name: of its file; says by what it is hidden.
    """
    picture = portrait.picture.copy()
    (found,) = landmark_network().run([picture], lambda out, shape: decode(out, shape, SURE))
    if not len(found):
        return None
    face = Face(picture, found[0, 5:].reshape(POINTS, 2))
    kind = NAMES[zlib.crc32(name.encode()) % len(NAMES)]
    if kind == "cloth":
        face.polygon(_CLOTH, (60, 60, 90))
    else:
        KINDS[kind][0](face)
    return replace(portrait, picture=picture)
