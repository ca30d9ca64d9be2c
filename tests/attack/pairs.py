"""Pairs of files as an audit builds them, from pixels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.leaks.interface import Changed, FileCase
from efface.attack.pair import open_pair
from efface.geometry import Rect
from efface.policy import Policy
from efface.regions import Box, Track

Pixels = NDArray[np.uint8]

NOISE = 12
"""Changes above this are the redaction's, not the encoder's."""


def changed(original: Pixels, redacted: Pixels) -> tuple[Changed, ...]:
    """Zones by what differs, holes filled."""
    mask = (cv2.absdiff(original, redacted).max(axis=2) > NOISE).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    out = []
    for outline in outlines:
        x, y, w, h = cv2.boundingRect(outline)
        if min(w, h) < 8:
            continue
        filled = np.zeros(mask.shape, np.uint8)
        cv2.drawContours(filled, [outline], -1, 1, cv2.FILLED)
        out.append(Changed(Rect(x, y, x + w, y + h), filled[y : y + h, x : x + w] > 0))
    return tuple(out)


def pair_of(original: Path, redacted: Path, faces: Sequence[Box]) -> FileCase:
    """Faces of one track, by frame; zones from the pixels."""
    tracks = (Track("t1", tuple(faces)),) if faces else ()
    pair = open_pair(redacted, original, Policy())
    zones = {both.index: changed(both.original, both.redacted) for both in pair.frames()}
    return FileCase(pair, zones, tracks)
