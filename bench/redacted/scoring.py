"""How often an estimate is right: tables of one run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from efface.advise.redaction import SURE
from efface.measure.intervals import clopper_pearson

NEAR = 0.15
"""How far a strength may be off."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One case and what was said of it."""

    recipe: str
    level: int | None
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
        "| what was done | cases | named | kind right | strength within 15 % of those named | "
        "confident | of these wrong |"
    )
    yield "|---|---|---|---|---|---|---|"
    by_recipe: defaultdict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        by_recipe[one.recipe].append(one)
    for recipe, some in sorted(by_recipe.items()):
        named = [s for s in some if s.said != "unknown"]
        has = [s for s in named if s.strength_px is not None]
        strength = "-"
        if has:
            strength = f"{sum(s.near for s in has)} of {len(has)}"
            levels = sorted({s.level for s in some if s.level is not None})
            parts = ([s.near for s in has if s.level == level] for level in levels)
            if len(levels) > 1:
                strength += f" ({', '.join(f'{sum(p)}/{len(p)}' for p in parts)})"
        confident = [s for s in some if s.confident]
        yield (
            f"| {recipe} | {len(some)} | {len(named)} | {sum(s.said == s.kind for s in some)} | "
            f"{strength} | {len(confident)} | {sum(not s.right for s in confident)} |"
        )
    yield ""
    yield from _confusion(scored)
    yield ""
    known = ("unknown", "none")
    groups: tuple[tuple[str, Sequence[Scored]], ...] = (
        ("all", scored),
        ("of known kinds", [s for s in scored if s.kind not in known]),
        ("of nothing, or of kinds not known", [s for s in scored if s.kind in known]),
    )
    for title, among in groups:
        yield _share(f"Confident, {title}", [s for s in among if s.confident], len(among))
    yield _share("Named", [s for s in scored if s.said != "unknown"], len(scored))
    yield ""
    yield "| `sure` | cases | right |"
    yield "|---|---|---|"
    for low, high in pairwise((0.5, 0.65, 0.8, 0.9, 0.95, 1.01)):
        some = [s for s in scored if s.said != "unknown" and low <= s.sure < high]
        if some:
            yield f"| {low} to {min(high, 1)} | {len(some)} | {sum(s.right for s in some)} |"
    yield ""
    yield f"CPU-seconds an estimate: {sum(s.cpu_s for s in scored) / max(len(scored), 1):.2f}."


def _share(title: str, some: Sequence[Scored], of: int) -> str:
    wrong = sum(not s.right for s in some)
    span = clopper_pearson(wrong, max(len(some), 1))
    return (
        f"{title}: {len(some)} of {of}, {wrong} wrong "
        f"({100 * wrong / max(len(some), 1):.1f} %, 95 % {100 * span.low:.1f} to "
        f"{100 * span.high:.1f}); {sum(not s.family_right for s in some)} with both mosaics as one "
        "kind."
    )


def _confusion(scored: Sequence[Scored]) -> Iterator[str]:
    columns = sorted({s.said for s in scored})
    yield f"| done, said | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for kind in sorted({s.kind for s in scored}):
        counts = Counter(s.said for s in scored if s.kind == kind)
        yield f"| {kind} | {' | '.join(str(counts[c]) for c in columns)} |"
