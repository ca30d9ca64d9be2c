"""A drawn head over a face, and what detectors and recognisers make of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import chip
from efface.attack.landmarks import points_in
from efface.attack.recognisers import carried
from efface.detect.batches import ChipNetwork
from efface.generate.head import head_for
from efface.generate.likeness import linear_faces
from efface.policy import ZonePolicy
from efface.redact.methods.artwork import Artwork
from efface.redact.methods.replace.seam import seamless
from efface.regions import Track
from efface.zones.filling import Surroundings
from efface.zones.growth import zone_of
from efface.zones.zone import Zone
from replace.faces import FLOORS, Face, Picture, seen

FALSE_MATCHES = 0.01
"""Share of pairs of strangers that pass a recogniser's threshold."""


@dataclass(frozen=True)
class Replaced:
    """A face before and after."""

    face: Face
    after: Picture
    zone: Zone
    cpu_s: float
    """Processor time of drawing and laying it in."""


def replaced(face: Face, network: ChipNetwork, seed: int) -> Replaced:
    """A face replaced, with the zone that the default policy gives it."""
    picture, box = face.picture, face.box
    height, width = picture.shape[:2]
    zone = zone_of(Track("t1", (box,)), box, ZonePolicy(), width, height)
    around = Surroundings(lambda: picture, [zone])
    began = time.process_time()
    random = np.random.default_rng(seed)
    head = head_for(zone, around, (linear_faces(), network), random, face.pose)
    opaque = np.full(head.shape[:2], 255, np.uint8)
    after, r = picture.copy(), zone.rect
    after[r.y0 : r.y1, r.x0 : r.x1] = seamless(Artwork(np.dstack([head, opaque])), zone, around)
    return Replaced(face, after, zone, time.process_time() - began)


def detected(one: Replaced) -> dict[str, bool]:
    """Which detectors see a face in the middle of the zone."""
    rect = one.zone.outer
    out = {}
    for name, faces in seen(one.after).items():
        middle = faces[:, :2] + faces[:, 2:4] / 2
        off = np.abs(middle - [(rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2])
        near = (off < np.array([rect.width, rect.height]) / 4).all(axis=1)
        out[name] = bool((near & (faces[:, 3] > rect.height / 5)).any())
    return out


def matches(pairs: list[Replaced]) -> dict[str, dict[str, float]]:
    """How many heads match the face that they cover, by each recogniser.

    A head matches where it is more like that face than all but ``FALSE_MATCHES`` of the other
    pictures' faces are like each other: the threshold is set on real faces, the heads play no part
    in it.
    """
    chips = []
    for one in pairs:
        points = [points_in(picture, one.face.box) for picture in (one.face.picture, one.after)]
        if points[0] is not None and points[1] is not None:
            chips.append((chip(one.face.picture, points[0]), chip(one.after, points[1])))
    if len(chips) < 2:
        return {}
    out: dict[str, dict[str, float]] = {}
    for recogniser in carried():
        before, after = (recogniser.embed(np.stack(row)) for row in zip(*chips, strict=True))
        others = _apart(before @ before.T)
        threshold = float(np.quantile(others, 1 - FALSE_MATCHES))
        across = after @ before.T
        out[recogniser.name] = {
            "faces": len(chips),
            "match the face that they cover": float((np.diag(across) > threshold).mean()),
            "match another picture's face": float((_apart(across) > threshold).mean()),
            "match each other": float((_apart(after @ after.T) > threshold).mean()),
            "middle rank": float(
                np.median([(row > row[i]).mean() for i, row in enumerate(across)])
            ),
        }
    return out


def _apart(alike: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of pairs of two."""
    return np.asarray(alike[~np.eye(len(alike), dtype=bool)])


def seen_shares(pairs: list[Replaced]) -> dict[str, dict[str, float]]:
    """In what share of zones each detector sees a face, and both do, of all and by size."""
    found = [detected(one) for one in pairs]
    sizes = np.array([one.face.box.height for one in pairs])
    bands = {"all": sizes > 0, "under 40 px": sizes < 40, "40 to 100 px": (sizes >= 40) & (
        sizes < 100), "100 px and more": sizes >= 100}  # fmt: skip
    out = {}
    for name, band in bands.items():
        rows = [found[i] for i in np.flatnonzero(band)]
        if rows:
            own = {detector: float(np.mean([row[detector] for row in rows])) for detector in FLOORS}
            own["both"] = float(np.mean([all(row.values()) for row in rows]))
            out[name] = own | {"zones": len(rows)}
    return out
