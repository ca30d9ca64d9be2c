"""The parrot: redact every candidate as the tool did, and compare like with like (McPherson 2016).

A candidate's clear face is put where the person's face lies, redacted there with the same operator
(its window, its grid, its rectangle), and both are then compared by recognisers and pixel by
pixel. Pictures of the candidates are needed: where there are only templates, there is nothing to
redact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import CHIP_PX, between_centres, chip, similarity, warped
from efface.attack.interface import (
    Attack,
    Case,
    Evidence,
    Knowledge,
    Look,
    Pixels,
    Points,
    Ranking,
)
from efface.attack.looks import constant, nearest_in, zone_only
from efface.attack.matching import Scores, fused, standard
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply
from efface.attack.operators.known import known
from efface.attack.recognisers import recognisers

NOT_REPEATABLE = ("solid", "other")
"""Kinds of redaction that take every face to the same picture, or that are not known."""
BATCH = 64
"""Candidates whose chips are held at a time."""
PIXELS = "pixels"
_SEED = 0


class Parrot(Attack):
    """Redacts the candidates' pictures, the operator given."""

    name = "parrot"
    title = "the candidates' pictures redacted in the same way"
    family = "parrot"
    knowledge = Knowledge.EXACT

    def applies(self, case: Case) -> bool:
        return case.candidates.chips is not None and bool(self._repeatable(case))

    def run(self, case: Case) -> Sequence[Evidence]:
        """Raises:
        ValueError: the candidates have no pictures, or a look comes without its operator.
        """
        if case.candidates.chips is None:
            raise ValueError("expected candidates with pictures, got templates alone")
        looks = self._repeatable(case)
        if not looks:
            return ()
        scores = [_alike(look, op, case.candidates.chips) for look, op in looks]
        return (Ranking(np.mean(scores, axis=0)),)

    def _repeatable(self, case: Case) -> list[tuple[Look, Operator]]:
        told = [(look, known(look, self.knowledge)) for look in case.looks if not constant(look)]
        return [(look, op) for look, op in told if op.kind not in NOT_REPEATABLE]


class BlindParrot(Parrot):
    """The same, the operator guessed from the redacted pixels."""

    name = "parrot-blind"
    title = "the candidates' pictures redacted by the same method, its strength guessed"
    knowledge = Knowledge.METHOD


def redacted(chips: NDArray[np.uint8], look: Look, operator: Operator) -> Iterator[Pixels]:
    """Other faces redacted as the face in a look was, as aligned chips.

    Args:
        chips: clear faces, shape (people, CHIP_PX, CHIP_PX, 3).
        look: whose zone, scale and turn they take on.
        operator: in pixels of the look.
    """
    height, width = look.zone.shape
    place = between_centres(similarity(look.points))
    nearest = nearest_in(look.zone)
    for one in chips:
        # the chip's edge goes on beyond it
        there = cv2.warpAffine(
            one,
            place,
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        rng = np.random.default_rng(_SEED)
        pixels = apply(np.asarray(there, np.uint8), look.zone, operator, rng)
        yield chip(pixels[nearest], look.points)


def _alike(look: Look, operator: Operator, chips: NDArray[np.uint8]) -> Scores:
    """How alike each candidate is to a look when both are redacted, shape (people,)."""
    look, operator = _no_larger_than_a_chip(look, operator)
    face = chip(zone_only(look).pixels, look.points)
    zone = warped(look.zone.astype(np.uint8), similarity(look.points), CHIP_PX) > 0
    networks = recognisers()
    targets = {one.name: one.embed(face[None])[0] for one in networks}
    level = _level(face, zone)
    scores: dict[str, list[NDArray[np.floating]]] = {name: [] for name in (*targets, PIXELS)}
    for first in range(0, len(chips), BATCH):
        parts = np.stack(list(redacted(chips[first : first + BATCH], look, operator)))
        for one in networks:
            scores[one.name].append(one.embed(parts) @ targets[one.name])
        scores[PIXELS].append(np.array([_level(part, zone) @ level for part in parts]))
    return fused({name: standard(np.concatenate(s)) for name, s in scores.items()}, "mean")


def _no_larger_than_a_chip(look: Look, operator: Operator) -> tuple[Look, Operator]:
    """A large face is shrunk first: the candidates' chips have no more detail than theirs."""
    scale = float(np.sqrt(np.linalg.det(similarity(look.points)[:, :2])))
    if scale >= 1:
        return look, operator
    height, width = look.zone.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    zone = cv2.resize(look.zone.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    pixels = cv2.resize(look.pixels, size, interpolation=cv2.INTER_AREA)
    points: Points = look.points * (size[0] / width, size[1] / height)
    shrunk = replace(look, pixels=np.asarray(pixels, np.uint8), zone=zone, points=points)
    return shrunk, operator.scaled(scale)


def _level(face: Pixels, zone: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The zone's pixels without its mean colour, of unit length: light is not what a face is told
    by."""
    inside = face[zone].astype(np.float64)
    inside -= inside.mean(axis=0) if len(inside) else 0
    length = float(np.linalg.norm(inside))
    return np.asarray(inside.ravel() / max(length, 1e-9))
