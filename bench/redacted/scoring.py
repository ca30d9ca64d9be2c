"""How often an estimate is right: tables of one run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from efface.advise.redaction import SURE
from efface.measure.intervals import clopper_pearson

NEAR = 0.15
"""How far a strength may be off."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One case and what was said of it."""

    recipe: str
    store: str
    resized: bool
    face_px: float
    kind: str
    strength_px: float | None
    said: str
    said_px: float | None
    sure: float
    cpu_s: float

    @property
    def near(self) -> bool:
        """The strength is right, or there is none."""
        if self.strength_px is None:
            return True
        return self.said_px is not None and abs(self.said_px / self.strength_px - 1) <= NEAR

    @property
    def right(self) -> bool:
        """Kind and strength are."""
        return self.said == self.kind and self.near

    @property
    def confident(self) -> bool:
        """It was said without hedging."""
        return self.said != "unknown" and self.sure >= SURE

    @property
    def family_right(self) -> bool:
        """As ``right``, with both mosaics taken for one kind."""
        kinds = [kind.removeprefix("sampled-") for kind in (self.said, self.kind)]
        return kinds[0] == kinds[1] and self.near


def lines(scored: Sequence[Scored]) -> Iterator[str]:
    """The tables, as Markdown."""
    yield (
        "| what was done | cases | kind and strength right | strength within 15 % | confident | "
        "of these wrong | unknown |"
    )
    yield "|---|---|---|---|---|---|---|"
    by_recipe: defaultdict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        by_recipe[one.recipe].append(one)
    for recipe, some in sorted(by_recipe.items()):
        has = [s for s in some if s.strength_px is not None]
        strength = f"{sum(s.near for s in has)}" if has else "-"
        confident = [s for s in some if s.confident]
        yield (
            f"| {recipe} | {len(some)} | {sum(s.right for s in some)} | {strength} | "
            f"{len(confident)} | {sum(not s.right for s in confident)} | "
            f"{sum(s.said == 'unknown' for s in some)} |"
        )
    yield ""
    yield from _confusion(scored)
    yield ""
    groups: tuple[tuple[str, Sequence[Scored]], ...] = (
        ("all", scored),
        ("of known kinds", [s for s in scored if s.kind not in ("unknown", "bar")]),
        (
            "not resized, faces of 40 px and more",
            [s for s in scored if not s.resized and s.face_px >= 40],
        ),
    )
    for title, among in groups:
        confident = [s for s in among if s.confident]
        wrong = sum(not s.right for s in confident)
        if confident:
            span = clopper_pearson(wrong, len(confident))
            low, high = span.low, span.high
            yield (
                f"Confident {title}: {len(confident)} of {len(among)}, {wrong} wrong "
                f"({100 * wrong / len(confident):.1f} %, 95 % {100 * low:.1f} to "
                f"{100 * high:.1f}); "
                f"{sum(not s.family_right for s in confident)} with both mosaics as one kind."
            )
    yield f"CPU-seconds an estimate: {sum(s.cpu_s for s in scored) / max(len(scored), 1):.2f}."


def _confusion(scored: Sequence[Scored]) -> Iterator[str]:
    columns = sorted({s.said for s in scored})
    yield f"| done, said | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for kind in sorted({s.kind for s in scored}):
        counts = Counter(s.said for s in scored if s.kind == kind)
        yield f"| {kind} | {' | '.join(str(counts[c]) for c in columns)} |"
