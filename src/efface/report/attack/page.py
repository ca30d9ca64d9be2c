"""From an outcome to the page. Names and messages are escaped by the template engine; nothing on
the page is fetched, and no template of a face is on it."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from efface.attack.alignment import CHIP_PX, chip
from efface.attack.red_team.kinds import WORDS, Kind
from efface.attack.red_team.outcome import Outcome
from efface.attack.red_team.result import PersonResult, Tried
from efface.attack.red_team.strength import strength_of
from efface.attack.red_team.verdict import LIMITS, verdict_on
from efface.files.paths import printable
from efface.report.attack.pictures import inline, recovered
from efface.report.chart import clock
from efface.version import __version__

SHOWN = 8
"""Recovered pictures of a person, the strongest attacks first."""


COLOURS: dict[Kind, str] = {
    "removed": "passes",
    "not-found": "doubtful",
    "unproven": "fails",
    "not-covered": "fails",
    "found": "fails",
}
"""How a verdict is set off: green only where a removal is proven."""

MADE_UP = "nobody's face, drawn from the fill's colour alone"
"""Under what an attack shows of a face that was removed: it is the same whoever was there."""


@dataclass(frozen=True, slots=True)
class StripPicture:
    """One picture of a strip."""

    source: str
    alt: str
    caption: str


def page(outcome: Outcome, *, show_original: bool) -> str:
    """The report as HTML.

    Args:
        show_original: show the original's faces beside what was recovered.
    """
    environment = Environment(
        loader=PackageLoader("efface.report.attack", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"name": printable, "rate": _rate, "percent": _percent}
    return environment.get_template("page.html.jinja").render(
        outcome=outcome,
        people=[(result, _pictures(result, show_original)) for result in outcome.judged],
        words=WORDS,
        verdict_on=verdict_on,
        colours=COLOURS,
        limits=LIMITS,
        version=__version__,
        show_original=show_original,
        when=_when,
        done=_done,
        order=_order,
    )


def _pictures(result: PersonResult, show_original: bool) -> list[StripPicture]:
    person = result.person
    best = person.best
    face = chip(best.look.pixels, best.look.points, CHIP_PX)
    out = [StripPicture(inline(face), f"{person.id} as published", "as published")]
    if show_original:
        out.append(StripPicture(inline(best.clear), f"{person.id} in the original", "original"))
    made_up = person.removed
    shown = [
        StripPicture(
            recovered(one.picture),
            f"what {one.name} {'makes of a plain fill' if made_up else 'recovered'}, {person.id}",
            f"{one.name}: {MADE_UP}" if made_up else one.name,
        )
        for one in _order(result)
        if one.picture is not None and one.family != "off-the-shelf"
    ]
    return out + shown[:SHOWN]


def _order(result: PersonResult) -> list[Tried]:
    """The attacks on one person, those that could not run first, then by strength."""
    rank = {"failed": 0, "ran": 1, "not-applicable": 2}

    def key(one: Tried) -> tuple[int, float]:
        return rank[one.status], 1.0 if one.standing is None else one.standing.fmr

    return sorted(result.tried, key=key)


def _when(result: PersonResult) -> str:
    """Which frames of a video were looked at, in words; empty for a photo."""
    person = result.person
    if person.best.time_s is None:
        return f"page {person.best.frame + 1}" if person.best.frame else ""
    return (
        f"in {person.frames} frames, {len(person.sights)} of them attacked; shown at "
        f"{clock(person.best.time_s)}"
    )


def _done(result: PersonResult) -> str:
    """What was done to the zone, in words."""
    strength = strength_of(result.person)
    if strength is None:
        return "nothing that the attacks know"
    return "a plain fill" if strength.kind == "solid" else strength.words


def _rate(value: float) -> str:
    return f"{value:.4f}" if value < 0.1 else f"{value:.2f}"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
