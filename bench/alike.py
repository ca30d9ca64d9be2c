"""How often a drawn head is called like somebody whom it has nothing to do with.

    python bench/alike.py PICTURES --count 40

Draws a head over the largest face of each picture, with the network that ``--method replace``
would use, and holds it against the faces of all pictures by each recogniser, as the check before
release does. Prints, as one line of JSON, by recogniser: the share of heads that the check would
refuse for the face that they cover, and of pairs of a head and another picture's face; the same by
the rule that was not taken, which holds strangers against the photograph; and, as the positive
control, the share of photographs that it would refuse if they stood there themselves.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface import api
from efface.attack.alignment import chip
from efface.attack.gallery import default_distractors
from efface.attack.landmarks import points_in, points_of
from efface.attack.recognisers import carried
from efface.media.sniff import open_photo
from efface.policy import Limits, MethodPolicy, ZonePolicy
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.interface import NewFace
from efface.regions import Box, Media, Regions, Track
from efface.workflow.redact.likeness import STRANGERS, false_match_rate
from efface.zones.filling import Surroundings
from efface.zones.growth import zones_of

Picture = NDArray[np.uint8]
MOVED_PX, DARKER = 3, 0.85
"""How a photograph differs from itself in the positive control."""


def drawn(picture: Picture, box: Box, seed: int) -> NewFace | None:
    """The head that would be drawn; none where none can be."""
    height, width = picture.shape[:2]
    regions = Regions(Media("a", "", "image", width, height), (Track("t1", (box,)),))
    secret = np.random.default_rng(seed).bytes(32)
    method = method_of(MethodPolicy("replace"))
    made = method.prepare(regions, lambda frames: ((n, picture) for n in frames), secret)
    (zone,) = zones_of(regions, ZonePolicy())
    made.filling.pixels(zone, Surroundings(lambda: picture, [zone]))
    return made.finished().drawn.get("t1")


def largest(file: Path) -> Box | None:
    """Of the faces that are found."""
    boxes = [box for track in api.detect(file).tracks for box in track.boxes]
    return max(boxes, key=lambda box: box.width * box.height, default=None)


def rates(
    heads: NDArray[np.float32], people: NDArray[np.float32], strangers: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Which pairs the check refuses, shape (heads, people)."""
    found = [[false_match_rate(h, p, strangers) for p in people] for h in heads]
    return np.asarray(np.array(found) <= STRANGERS)


def main() -> None:
    """Draw, compare, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--count", type=int, default=40)
    given = parser.parse_args()
    files = sorted(given.pictures.rglob("*.jpg"))
    files = [files[i * len(files) // given.count] for i in range(min(given.count, len(files)))]
    rows: list[tuple[Picture, Picture, Picture]] = []
    for number, file in enumerate(files):
        picture = open_photo(file, Limits()).picture(0)
        box = largest(file)
        points = None if box is None else points_in(picture, box)
        if box is None or points is None:
            continue
        face = drawn(picture, box, number)
        if face is None:
            continue
        moved = (np.roll(picture, MOVED_PX, axis=1) * DARKER).astype(np.uint8)
        head = chip(face.picture, points_of(face.picture, face.box)[0])
        rows.append((chip(picture, points), head, chip(moved, points_of(moved, box)[0])))
    people, heads, again = (np.stack(part) for part in zip(*rows, strict=True))
    own = np.eye(len(rows), dtype=bool)
    out: dict[str, dict[str, float]] = {}
    for one in carried():
        strangers = default_distractors().templates[one.name]
        covered, new, same = (one.embed(part) for part in (people, heads, again))
        taken, other = rates(new, covered, strangers), rates(covered, new, strangers).T
        out[one.name] = {
            "covered face": float(taken[own].mean()),
            "another's face": round(float(taken[~own].mean()), 4),
            "not taken, covered face": float(other[own].mean()),
            "not taken, another's face": round(float(other[~own].mean()), 4),
            "positive control": float(rates(same, covered, strangers)[own].mean()),
        }
    print(json.dumps({"heads": len(rows), "refused": out}))


if __name__ == "__main__":
    main()
