"""Whether a face that was drawn is like somebody in the file.

Each drawn face is held against the face that it covers and against everybody else whom the file
shows, by every recogniser. What counts is how many strangers are as much like the drawn face as
that person is: the pair's false-match rate. Strangers are held against the drawn face and not
against the person, because they are AI-generated portraits as it is: against a photograph they are
all unlike (docs/methods.md has both, measured).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import chip
from efface.attack.landmarks import points_of
from efface.attack.recognisers import recognisers
from efface.attack.recognisers.interface import Recogniser, unit_length
from efface.attack.red_team.distractors import distractors
from efface.policy import Policy
from efface.redact.methods.interface import NewFace, Pictures
from efface.regions import Box, Regions, Track

STRANGERS = 1e-2
"""A drawn face and the one that it covers are too much alike when no more than this share of
strangers are as much alike, by any recogniser. All others in the file share one such chance."""

LOOKS = 2
"""Pictures of a track's face: where it is of middling size, and where it is largest."""

Template = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AlikePair:
    """A drawn face and somebody in the file who are too much alike."""

    track: str
    """In whose place it was drawn."""
    person: str
    """Track of whom it is like."""
    recogniser: str
    rate: float
    """Share of strangers that are as much like the drawn face."""


def likenesses(
    drawn: Mapping[str, NewFace], regions: Regions, pictures: Pictures, policy: Policy
) -> tuple[AlikePair, ...]:
    """Drawn faces that are too much like somebody in the file.

    Args:
        regions: everybody who is covered or kept.
        pictures: of the input.

    Raises:
        RefusedError: a recogniser that was added or plugged in has no strangers to compare with.
    """
    people = _people(regions, pictures)
    every = recognisers()
    gallery = Path(policy.attack.gallery) if policy.attack.gallery else None
    among = distractors(gallery, every).candidates.templates
    found: list[AlikePair] = []
    for one in every:
        known = {track: _template(one, chips) for track, chips in people.items()}
        new = {track: _template(one, [_chip_of(face)]) for track, face in drawn.items()}
        found += _alike(one, new, known, among[one.name])
    return tuple(found)


def _alike(
    recogniser: Recogniser,
    drawn: Mapping[str, Template],
    known: Mapping[str, Template],
    strangers: NDArray[np.float32],
) -> Iterator[AlikePair]:
    """By one recogniser."""
    for track, head in drawn.items():
        for person, template in known.items():
            rate, own = false_match_rate(head, template, strangers), person == track
            if rate <= (STRANGERS if own else STRANGERS / max(len(known) - 1, 1)):
                yield AlikePair(track, person, recogniser.title, rate)


def false_match_rate(head: Template, person: Template, strangers: NDArray[np.float32]) -> float:
    """Share of strangers that are as much like a drawn face as a person is, who counts as one.

    Args:
        head: template of unit length; ``person`` as well.
        strangers: templates, shape (people, dimensions).
    """
    as_alike = int((strangers @ head >= float(head @ person)).sum())
    return (1 + as_alike) / (1 + len(strangers))


def _people(regions: Regions, pictures: Pictures) -> dict[str, list[NDArray[np.uint8]]]:
    """Aligned faces of everybody, by track."""
    wanted = [
        (track.id, box)
        for track in regions.tracks
        if not track.zone
        for box in _boxes(track, regions)
    ]
    out: dict[str, list[NDArray[np.uint8]]] = {}
    for frame, picture in pictures(sorted({box.frame for _, box in wanted})):
        for track, box in wanted:
            if box.frame == frame:
                out.setdefault(track, []).append(chip(picture, points_of(picture, box)[0]))
    return out


def _boxes(track: Track, regions: Regions) -> Sequence[Box]:
    """Where a face is looked at."""
    media = regions.media
    inside = [box for box in track.every_box() if box.touches(*media.size(box.frame))]
    ordered = sorted(inside, key=lambda box: box.width * box.height)
    return list(dict.fromkeys([ordered[len(ordered) // 2], ordered[-1]]))[:LOOKS] if inside else ()


def _chip_of(face: NewFace) -> NDArray[np.uint8]:
    return chip(face.picture, points_of(face.picture, face.box)[0])


def _template(recogniser: Recogniser, chips: Sequence[NDArray[np.uint8]]) -> Template:
    """One for all pictures of a face."""
    mean = recogniser.embed(np.stack(chips)).mean(axis=0, keepdims=True)
    return np.asarray(unit_length(mean)[0])
