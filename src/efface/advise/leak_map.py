"""The map: what attacks found of faces after each redaction, as a study measured it.

It is a data file (``map.toml``, ``efface.map/1``) with the card of the run that it is from: points
by kind, strength, native width of the face, and knowledge of the attacker. Not every strength was
measured at every width: between points the figures are interpolated over widths, then over
strengths, and their intervals are those of all points around; beyond the points there is no figure,
but the nearest one, and how it differs.
"""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from efface.advise.redaction import RedactionKind
from efface.documents.model import Amount, Document, Number, Positive, Share
from efface.documents.reading import as_model
from efface.errors import InputError

Knowledge = Literal["K0", "K2"]

_FILE = files("efface.advise") / "map.toml"

ERROR = 0.15
"""How far an estimated strength may be off: the figures of all strengths within count. Also how
near a strength must lie to one that alone was measured of its kind."""

EXACT = 0.01
"""How far a strength may be off that was told."""

NO_BITS = 0.01
"""Bits at the low end of the interval up to which none were found: an attacker who puts nobody
first can still have told many apart from the rest."""


class MapCardEntry(Document, frozen=True, kw_only=True):
    """Where the map's figures are from."""

    run: str
    page: str
    data: str
    people: Positive
    intervals: str
    lower_bounds: bool
    """Whether stronger attackers may find more than these figures."""
    face_px: Annotated[list[Amount], Meta(min_length=2, max_length=2)]
    """Narrowest and widest native faces."""


class MapPointEntry(Document, frozen=True, kw_only=True):
    """What was measured of one redaction."""

    kind: RedactionKind
    width_px: Amount
    knowledge: Knowledge
    rank1: Annotated[list[Share], Meta(min_length=3, max_length=3)]
    """The figure, and its interval's ends."""
    bits: Annotated[list[Number], Meta(min_length=3, max_length=3)]
    n: Positive
    chance: Share
    strength: Amount | None = None
    pooled_px: Annotated[list[Amount], Meta(min_length=2, max_length=2)] | None = None
    """Narrowest and widest of the faces that it is of together, where they were not told apart."""


class MapDocument(Document, frozen=True, kw_only=True):
    """The map, ``efface.map/1``."""

    schema: Literal["efface.map/1"]
    card: MapCardEntry
    point: list[MapPointEntry]


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What attackers of one kind of knowledge found."""

    rank1: float
    rank1_interval: tuple[float, float]
    bits: float
    bits_interval: tuple[float, float]
    people: int
    chance: float
    nothing: bool
    """Nobody was found, nor anything that tells people apart; of one between two: in both."""

    def joined(self, other: LeftOver, share: float) -> LeftOver:
        """Between two: ``share`` of the way to the other, with an interval that holds both's."""

        def between(mine: float, theirs: float) -> float:
            return mine + share * (theirs - mine)

        return LeftOver(
            between(self.rank1, other.rank1),
            _both(self.rank1_interval, other.rank1_interval),
            between(self.bits, other.bits),
            _both(self.bits_interval, other.bits_interval),
            min(self.people, other.people),
            max(self.chance, other.chance),
            self.nothing and other.nothing,
        )


def _both(mine: tuple[float, float], theirs: tuple[float, float]) -> tuple[float, float]:
    return min(mine[0], theirs[0]), max(mine[1], theirs[1])


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest that was measured, and how what was asked differs from it."""

    leak: LeftOver
    strength: float | None
    width_px: tuple[float, float]
    """Widths of faces that it is of."""
    narrower: bool
    """What was asked is of a narrower face than any that was measured."""
    wider: bool
    weaker: bool
    """What was asked hides less than any of its kind that was measured."""
    stronger: bool


@dataclass(frozen=True, slots=True)
class LeakMap:
    """The figures of one run."""

    card: MapCardEntry
    points: tuple[MapPointEntry, ...]

    def leak(
        self,
        kind: RedactionKind,
        strength: float | None,
        width_px: float,
        knowledge: Knowledge,
        error: float = ERROR,
    ) -> LeftOver | None:
        """What is left, or ``None`` where that was not measured.

        Args:
            kind: of redaction.
            strength: as the map has it for this kind; ``None`` for kinds without one.
            width_px: native width of the face.
            knowledge: of the attacker.
            error: how far the strength may be off.
        """
        by_strength = self._at_width(kind, width_px, knowledge)
        if not by_strength:
            return None
        if None in by_strength:
            return by_strength[None]
        if strength is None or strength <= 0:
            return None
        known = {s: leak for s, leak in by_strength.items() if s is not None}
        if len(known) == 1:
            ((only, leak),) = known.items()
            return leak if abs(strength / only - 1) <= max(error, EXACT) else None
        middle = _interpolated(known, strength)
        if middle is None:
            return None
        for other in (strength * (1 - error), strength * (1 + error)):
            near = _interpolated(known, min(max(other, min(known)), max(known)))
            assert near is not None  # within
            middle = middle.joined(near, 0.0)
        return middle

    def nearest(
        self, kind: RedactionKind, strength: float | None, width_px: float, knowledge: Knowledge
    ) -> Nearest | None:
        """The measured redaction of this kind that is most like it, if there is one."""
        low, high = self.widths(kind)
        if not high:
            return None
        by_strength = self._at_width(kind, min(max(width_px, low), high), knowledge)
        if not by_strength:  # measured between these widths, at no strength throughout
            by_strength = self._at_width(kind, self._next_width(kind, width_px), knowledge)
        if not by_strength:
            return None
        known = {s: leak for s, leak in by_strength.items() if s is not None}
        if None in by_strength or not known:
            return Nearest(
                by_strength[None], None, (low, high), width_px < low, width_px > high, False, False
            )
        least, most = min(known), max(known)
        within = weakest(kind, known) if strength is None else min(max(strength, least), most)
        leak = _interpolated(known, within)
        assert leak is not None  # within
        less = strength is not None and strength < least
        more = strength is not None and strength > most
        hides = kind not in ("mosaic", "sampled-mosaic")  # more cells hide less
        return Nearest(
            leak, within, (low, high), width_px < low, width_px > high,
            less if hides else more, more if hides else less,
        )  # fmt: skip

    def widths(self, kind: RedactionKind) -> tuple[float, float]:
        """Narrowest and widest faces that were measured with this kind; zeros: none."""
        nodes = [node for p in self.points if p.kind == kind for node in self._nodes(p)]
        return (min(nodes), max(nodes)) if nodes else (0.0, 0.0)

    def _next_width(self, kind: RedactionKind, width_px: float) -> float:
        """The next wider that was measured, where more is left; else the widest."""
        nodes = sorted({node for p in self.points if p.kind == kind for node in self._nodes(p)})
        return next((node for node in nodes if node >= width_px), nodes[-1])

    def _nodes(self, point: MapPointEntry) -> Sequence[float]:
        """Widths between which a point counts as measured."""
        if point.pooled_px is not None:
            return point.pooled_px
        alone = len({p.width_px for p in self.points if p.kind == point.kind}) == 1
        return self.card.face_px if alone else [point.width_px]

    def _at_width(
        self, kind: RedactionKind, width_px: float, knowledge: Knowledge
    ) -> dict[float | None, LeftOver]:
        lines: defaultdict[float | None, dict[float, LeftOver]] = defaultdict(dict)
        for point in self.points:
            if (point.kind, point.knowledge) == (kind, knowledge):
                for node in self._nodes(point):
                    lines[point.strength][node] = _leak(point)
        found = ((strength, _interpolated(line, width_px)) for strength, line in lines.items())
        return {strength: leak for strength, leak in found if leak is not None}


def weakest(kind: RedactionKind, strengths: Iterable[float]) -> float:
    """Of these strengths the one that hides least."""
    return max(strengths) if kind in ("mosaic", "sampled-mosaic") else min(strengths)


def _leak(point: MapPointEntry) -> LeftOver:
    rank1, bits = point.rank1, point.bits
    return LeftOver(
        rank1[0], (rank1[1], rank1[2]), bits[0], (bits[1], bits[2]), point.n, point.chance,
        nothing=rank1[0] == 0 and bits[1] <= NO_BITS,
    )  # fmt: skip


def _interpolated(line: Mapping[float, LeftOver], at: float) -> LeftOver | None:
    """Between neighbours by the logarithm; ``None`` beyond the ends."""
    places: Sequence[float] = sorted(line)
    for place in places:
        if abs(at / place - 1) <= 1e-9:
            return line[place]
    below = [p for p in places if p < at]
    above = [p for p in places if p > at]
    if not below or not above:
        return None
    low, high = below[-1], above[0]
    share = math.log(at / low) / math.log(high / low)
    return line[low].joined(line[high], share)


def read_map(text: str, path: Path | None = None) -> LeakMap:
    """A map from its document.

    Raises:
        InputError: it is none.
    """
    try:
        document = as_model(tomllib.loads(text), MapDocument)
        _check(document)
    except (ValueError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"the map cannot be read: {error}.", path=path) from error
    return LeakMap(document.card, tuple(document.point))


def _check(document: MapDocument) -> None:
    seen = set()
    for point in document.point:
        key = (point.kind, point.strength, point.width_px, point.knowledge)
        if key in seen:
            raise ValueError(f"a second point for {key}")
        seen.add(key)
        for value, low, high in (point.rank1, point.bits):
            if not low <= value <= high:
                raise ValueError(f"expected a figure within its interval, got {value} for {key}")
        low, high = point.pooled_px or (point.width_px, point.width_px)
        if not low <= point.width_px <= high:
            raise ValueError(f"expected a width within those pooled, got {key}")
        if point.width_px <= 0 or (point.strength is not None and point.strength <= 0):
            raise ValueError(f"expected a width and a strength above 0, got {key}")


@cache
def shipped_map() -> LeakMap:
    """The one that travels with the package."""
    return read_map(_FILE.read_text(encoding="utf-8"))
