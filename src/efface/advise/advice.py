"""What the map says of one face, in figures and in words for an editor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from efface.advise.leak_map import ERROR, Knowledge, LeakMap, LeftOver, Nearest
from efface.advise.redaction import SURE, RedactionKind, SeenRedaction
from efface.advise.wording import left_words, named, share

Verdict = Literal["shows", "not enough", "not known", "nothing found"]
"""``shows``: nothing was done, or a part of the face is left as it is. ``not enough``: attacks
found people, or did where more was hidden. ``not known``: nobody measured it, or what was done is
not known. ``nothing found``: attacks found nobody in pictures redacted so; never more than that."""

ABOVE_CHANCE = 2.0
"""Times chance: where the interval of rank-1 begins above, people were found."""

METHODS: tuple[tuple[str, RedactionKind, float | None, str], ...] = (
    ("solid", "solid", 1.8, "the face and what is around it are gone"),
    ("figure", "solid", 1.8, "a drawn head in its place: reads as a person, shows nothing of it"),
    ("mosaic", "mosaic", 4.0, "4 cells across: hardly a face to look at"),
    ("mosaic", "mosaic", 8.0, "8 cells across: looks hidden"),
    ("gaussian", "gaussian", 0.3, "a blur of .3 face widths: looks hidden"),
    ("box", "box", 0.8, "deface's blur: looks hidden"),
    ("bar", "bar", None, "a bar over the eyes: the rest stays"),
)
"""What is told before a redaction: method, kind and strength in the map, and what it costs. A drawn
head does not look at the face: it leaves what a solid fill of the same zone leaves."""

MOSAICS: tuple[RedactionKind, ...] = ("mosaic", "sampled-mosaic")


@dataclass(frozen=True, slots=True)
class MapAnswer:
    """What the map says of one redaction."""

    k0: LeftOver | None
    k2: LeftOver | None
    nearest: Nearest | None
    """Where it was not measured: the most like it that was, at K2."""

    @property
    def enough(self) -> bool:
        """Attacks found nobody, nor anything that says who it may be."""
        return self.k2 is not None and self.k2.nothing


@dataclass(frozen=True, slots=True)
class MethodAdvice:
    """One way to redact a face that shows."""

    method: str
    strength: float | None
    answer: MapAnswer
    cost: str


@dataclass(frozen=True, slots=True)
class FaceAdvice:
    """One face: what was done to it, what that leaves, and what to do."""

    redaction: SeenRedaction
    width_px: float
    """Of the face."""
    strength: float | None
    """In face widths; of a mosaic the cells across the face."""
    answer: MapAnswer
    verdict: Verdict
    advice: str
    methods: tuple[MethodAdvice, ...] = ()
    """Of a face that shows: what could be done."""


def answer(
    known: LeakMap, kind: RedactionKind, strength: float | None, width_px: float, error: float = 0.0
) -> MapAnswer:
    """Look a redaction up.

    Args:
        known: the map.
        kind: of redaction.
        strength: as the map has it.
        width_px: of the face.
        error: how far the strength may be off.
    """

    def at(knowledge: Knowledge) -> LeftOver | None:
        return known.leak(kind, strength, width_px, knowledge, error)

    k2 = at("K2")
    nearest = None if k2 is not None else known.nearest(kind, strength, width_px, "K2")
    return MapAnswer(at("K0"), k2, nearest)


def verdict_on(kind: RedactionKind, found: MapAnswer) -> Verdict:
    """In one word or two."""
    if kind in ("none", "bar"):
        return "shows"
    if kind == "unknown":
        return "not known"
    if found.enough:
        return "nothing found"
    if found.k2 is not None:
        above = found.k2.rank1_interval[0] > ABOVE_CHANCE * found.k2.chance
        return "not enough" if above else "not known"
    near = found.nearest
    if near is None:
        return "not known"
    above = near.leak.rank1_interval[0] > ABOVE_CHANCE * near.leak.chance
    # what hides less than something that did not hide enough, on a face no narrower than measured
    return "not enough" if above and not near.stronger and not near.narrower else "not known"


def advise_on(
    known: LeakMap,
    redaction: SeenRedaction,
    width_px: float,
    *,
    strength: float | None = None,
    told: bool = False,
    video: bool = False,
) -> FaceAdvice:
    """What to say of a face.

    Args:
        known: the map.
        redaction: what seems to have been done, or what somebody says was done.
        width_px: of the face.
        strength: where it is known otherwise: how far a solid zone reaches, in face widths.
        told: somebody says so: the strength is exact.
        video: it is a frame of a video, whose other frames show the face, too.
    """
    kind = redaction.kind
    relative = redaction.relative(width_px) if strength is None else strength
    found = answer(known, kind, relative, width_px, 0.0 if told else ERROR)
    sure = told or redaction.sure >= SURE
    if kind in MOSAICS and not sure:  # means or single pixels: whichever leaves more
        both = (answer(known, one, relative, width_px, ERROR) for one in MOSAICS)
        found = max((found, *both), key=_most_left)
    verdict = verdict_on(kind, found)
    unseen = kind == "solid" and relative is None  # how far it reaches beyond the face
    if unseen or (verdict == "nothing found" and not sure):
        verdict = "not known"
    methods = _methods(known, width_px) if kind == "none" else ()
    seen = FaceAdvice(redaction, width_px, relative, found, verdict, "", methods)
    return replace(seen, advice=_words(known, seen, told=told, video=video))


def _most_left(found: MapAnswer) -> tuple[bool, float]:
    """What was measured first, then by the upper end of the interval."""
    if found.k2 is not None:
        return True, found.k2.rank1_interval[1]
    return False, 0.0 if found.nearest is None else found.nearest.leak.rank1_interval[1]


def _methods(known: LeakMap, width_px: float) -> tuple[MethodAdvice, ...]:
    return tuple(
        MethodAdvice(method, strength, answer(known, kind, strength, width_px), cost)
        for method, kind, strength, cost in METHODS
    )


def _words(known: LeakMap, seen: FaceAdvice, *, told: bool, video: bool) -> str:
    redaction, strength, width_px = seen.redaction, seen.strength, seen.width_px
    found, verdict, kind = seen.answer, seen.verdict, seen.redaction.kind
    said = [named(redaction, strength, told=told)]
    if kind == "none":
        return " ".join([*said, _before(known, width_px)])
    if kind == "unknown":
        return " ".join([*said, _UNKNOWN])
    if kind == "solid" and strength is None:
        return " ".join([*said, _reach(known, width_px)])
    said.append(_SAID[verdict])
    if found.k2 is not None:
        said.append(left_words(found.k2, found.k0))
    elif found.nearest is not None:
        said.append(_beyond(found.nearest, width_px))
    else:
        said.append("Nobody has measured what this leaves.")
    if verdict == "nothing found":
        return " ".join([*said, _NOT_SAID])
    figures = found.k2 is not None or found.nearest is not None
    if known.card.lower_bounds and figures:
        said.append("Stronger attackers find more; none of these figures is a ceiling.")
    if video and kind not in ("solid", "bar"):
        said.append("This is said of one frame: further frames can add to it.")
    said.append(_TODO_SOLID if kind == "solid" else _TODO)
    return " ".join(said)


_SAID: dict[Verdict, str] = {
    "shows": "The face shows.",
    "not enough": "Not enough.",
    "not known": "Not known to be enough: do not count on it.",
    "nothing found": "Nothing was found in faces redacted so.",
}
_UNKNOWN = (
    "What it leaves is not known: treat the face as if it showed. Redact the original with a solid "
    "fill (efface redact)."
)
_NOT_SAID = (
    "It does not say that nobody can: clothes, hair and place still tell, and other copies of the "
    "picture may be out."
)
_TODO = (
    "If this is published, take it down if you can, and redact the original with a solid fill "
    "(efface redact)."
)
_TODO_SOLID = (
    "A solid fill leaves nothing of what it covers: what counts is what is left around it. Make it "
    "as wide as efface does, 1.8 times the face, and let no hair or outline show that tells."
)


def _before(known: LeakMap, width_px: float) -> str:
    solid = answer(known, "solid", 1.8, width_px)
    said = "Cover it with a solid fill (efface redact): "
    if solid.k2 is not None:
        return said + (
            f"attacks that know the method then found {share(solid.k2.rank1)} of "
            f"{solid.k2.people} people (at most {share(solid.k2.rank1_interval[1])})."
        )
    return said + (
        "nothing of the face is left. Of blurs and mosaics nobody has measured what they leave of "
        f"a face {width_px:.0f} pixels wide; being small protects nobody."
    )


def _reach(known: LeakMap, width_px: float) -> str:
    """Of a solid fill that is seen, without the face under it."""
    said = "How far it reaches beyond the face cannot be seen. "
    tight, wide = (answer(known, "solid", reach, width_px).k2 for reach in (1.0, 1.6))
    if tight is None or wide is None:
        return said + "What that leaves of a face of this size nobody has measured."
    return said + (
        f"Where it was as wide as the face alone, {share(tight.rank1)} of {tight.people} people "
        f"were found by what is left around it (K2); where it was 1.6 times as wide, "
        f"{share(wide.rank1)} (at most {share(wide.rank1_interval[1])}). If hair, ears or the "
        "outline of the face show, redact the original with a wider solid fill (efface redact)."
    )


def _beyond(near: Nearest, width_px: float) -> str:
    """What was measured nearby, and what that says."""
    low, high = near.width_px
    what = f"{share(near.leak.rank1)} of {near.leak.people} people were found (K2)"
    if near.narrower or near.wider:
        size = "narrower" if near.narrower else "wider"
        said = (
            f"Not measured for a face {width_px:.0f} pixels wide, which is {size} than those that "
            f"were ({low:.0f} to {high:.0f}): there {what} at "
        )
        said += "the same strength." if not (near.weaker or near.stronger) else "the nearest one."
        return said + (" That a face is small is no defence that anybody has measured."
                       if near.narrower else " A larger face shows no less.")  # fmt: skip
    if near.weaker:
        return f"Not measured at this strength. Where more was hidden, {what}."
    if near.stronger:
        return f"Not measured at this strength. Where less was hidden, {what}."
    return f"Not measured. The nearest that was: {what}."
