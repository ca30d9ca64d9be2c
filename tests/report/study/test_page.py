"""The page says what the results say, and that a claim does not hold where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from efface.attack.interface import Knowledge
from efface.report.study import page
from efface.study import frames
from efface.study.attackers import Answer
from efface.study.choice import ChosenAttacker
from efface.study.figures import figures
from efface.study.results import attackers_null, column
from efface.study.rows import CLEAR, CONTROLS, ROWS

PEOPLE = 60
LEVELS = {
    "K0": Knowledge.UNAWARE,
    "K1": Knowledge.METHOD,
    "K2": Knowledge.EXACT,
    "insider": Knowledge.INSIDER,
}


@cache
def columns_of(lot: int, strengths: tuple[float, ...]) -> tuple[dict[str, Any], Any]:
    """A row's figures by level, and those of another person: scores by lot, with so much on top
    for the right person. Only to be read."""
    person = np.repeat(np.arange(PEOPLE), 2)
    columns = {}
    for (level, knowledge), strength in zip(LEVELS.items(), strengths, strict=True):
        rng = np.random.default_rng([lot, knowledge])
        scores = rng.normal(size=(len(person), PEOPLE))
        scores[np.arange(len(person)), person] += strength
        if strength < 0:
            scores[:] = 0  # nothing is left: everybody ties
        choice = ChosenAttacker(level, Answer(f"by {level}", None, knowledge, {}), 1.0)
        columns[level] = column(choice, figures(scores, person))
        if level == "K2":
            other = attackers_null(scores, person)
    return columns, other


def row(name: str, title: str, control: str | None, **strength: float) -> dict[str, Any]:
    """A row as the study leaves it."""
    columns, other = columns_of(len(name), tuple(strength[level] for level in LEVELS))
    return {
        "row": name,
        "title": title,
        "control": control,
        "covered": 0.5,
        "columns": columns,
        "another person": other,
    }


def results(**strengths: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    """By row; rows that are not named find nobody."""
    nothing = dict.fromkeys(LEVELS, -1.0)
    out = {}
    for one in (*CONTROLS, *ROWS):
        known = strengths.get(one.name.replace("-", "_").replace(".", ""), nothing)
        out[one.name] = row(one.name, one.title, one.control, **known)
    return out


CLEARLY = dict.fromkeys(LEVELS, 8.0)
LATE = {"K0": -1.0, "K1": 1.0, "K2": 4.0, "insider": 4.0}


def film(name: str, one: float, many: float, p: float) -> dict[str, Any]:
    """Fusion's result."""

    def bits(value: float) -> dict[str, list[float]]:
        triple = [value, value, value]
        return {"rank1": [0.1, 0.0, 0.2], "rank10": [0.1, 0.0, 0.2], "bits": triple}

    ways = {"one picture": {"one": bits(one), "many": bits(many), "p": p}}
    return {"row": name, "title": name, "people": 40, "ways": ways}


def text(found: dict[str, dict[str, Any]], moved: dict[str, Any] | None = None) -> str:
    return "\n".join(page.lines(found, moved or {}, {}, 90.0))


@pytest.fixture(scope="module")
def telling() -> dict[str, dict[str, Any]]:
    return results(clear=CLEARLY, gaussian_020=LATE, deface_blur=LATE, deface_mosaic=LATE)


def claim(written: str, words: str) -> str:
    """The line of a claim."""
    (line,) = (line for line in written.splitlines() if words in line and "**" in line)
    return line


CLAIMS = (
    "blurs that hide everything",
    "recovers deface's default blur",
    "solid at default growth",
)


def test_claims_that_the_results_bear_out_hold(telling: dict[str, dict[str, Any]]) -> None:
    written = text(telling)
    for words in CLAIMS[:2]:
        assert "**Holds.**" in claim(written, words)


def test_so_few_people_cannot_show_that_nothing_is_left(
    telling: dict[str, dict[str, Any]],
) -> None:
    """No hit among 60 people still bounds a leak at 6.0 % only."""
    assert "**Does not hold.**" in claim(text(telling), CLAIMS[2])


def test_claims_that_the_results_do_not_bear_out_do_not_hold() -> None:
    written = text(results(clear=CLEARLY))
    for words in CLAIMS:
        assert "**Does not hold.**" in claim(written, words)


def test_one_tool_that_holds_is_not_both(telling: dict[str, dict[str, Any]]) -> None:
    found = {**telling, "deface-mosaic": results(clear=CLEARLY)["deface-mosaic"]}
    assert "**Does not hold.**" in claim(text(found), CLAIMS[1])


def test_rows_that_were_not_measured_are_named(telling: dict[str, dict[str, Any]]) -> None:
    some = {name: one for name, one in telling.items() if name != "swirl"}
    assert "not measured yet:** swirl" in text(some)
    assert "not measured yet" not in text(telling)


def test_every_row_and_level_is_in_the_table(telling: dict[str, dict[str, Any]]) -> None:
    written = text(telling)
    part = written.split("## Rank-1, %: the strongest attacker")[1].split("## ")[0]
    for one in ROWS:
        (line,) = (line for line in part.splitlines() if line.startswith(f"| {one.title} |"))
        assert line.count("|") == 9
        assert line.endswith(f"| {PEOPLE} | 1.7 |")
    clear = next(line for line in part.splitlines() if line.startswith(f"| {CLEAR.title} |"))
    assert "| 100 (" in clear


@pytest.mark.parametrize(
    ("blur", "holds"),
    [((1.0, 2.0, 0.001), True), ((1.0, 2.0, 0.2), False), ((2.0, 1.0, 0.9), False)],
)
def test_frames_have_to_help_on_a_mosaic_and_on_a_blur(
    telling: dict[str, dict[str, Any]], blur: tuple[float, float, float], holds: bool
) -> None:
    moved = {
        "deface-mosaic": film("deface-mosaic", 1.0, 3.0, 0.001),
        "deface-blur-coded": film("deface-blur-coded", *blur),
    }
    said = claim(text(telling, moved), "frames finds more than one frame")
    assert ("**Holds.**" in said) is holds


def test_films_have_a_row_each() -> None:
    moved = {one.name: film(one.name, 1.0, 2.0, 0.01) for one in frames.MOVING}
    written = text(results(clear=CLEARLY), moved).split("## Many frames")[1]
    for one in frames.MOVING:
        assert f"| {one.name} | one picture |" in written
