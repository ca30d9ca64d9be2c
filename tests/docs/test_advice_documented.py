"""docs/advise.md names every value and key of advice, and its figures are the map's."""

from __future__ import annotations

import re
from typing import Any, get_args

from tests.docs.manual import DOCS, code, rows, sections

from efface.advise.advice import Verdict
from efface.advise.leak_map import shipped_map
from efface.advise.redaction import KINDS, RedactionKind
from efface.api.advice import advice_document, ask

PAGE = DOCS / "advise.md"

ROWS: dict[str, tuple[RedactionKind, float | None]] = {
    "mosaic, 4 cells across the face": ("mosaic", 4),
    "mosaic, 8 cells": ("mosaic", 8),
    "mosaic, 16 cells": ("mosaic", 16),
    "Gaussian blur, sigma .30 of the face's width": ("gaussian", 0.3),
    "Gaussian blur, sigma .10": ("gaussian", 0.1),
    "deface's default blur": ("box", 0.8),
    "a bar over the eyes": ("bar", None),
    "a swirl": ("swirl", None),
}


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_every_key_is_documented() -> None:
    asked = advice_document(asked=ask("mosaic", 30, cells=8))
    said = code(sections(PAGE)["The JSON"]) | code(sections(PAGE)["The map"])
    card = keys(asked["map"]) | {"schema", "efface"}
    assert keys(asked) - card - said == set()


def test_every_kind_and_verdict_is_documented() -> None:
    assert set(KINDS) <= code(sections(PAGE)["The JSON"])
    assert {next(iter(code(cells[0]))) for cells in rows(sections(PAGE)["The verdict"])} == set(
        get_args(Verdict)
    )


def test_the_figures_are_those_of_the_map() -> None:
    section = sections(PAGE)["Is this redaction enough?"]
    told = {cells[0]: cells[1] for cells in rows(section)}
    for name, (kind, strength) in ROWS.items():
        left = shipped_map().leak(kind, strength, 120, "K2", 0.0)
        assert left is not None
        value, low, high = map(float, re.findall(r"[\d.]+", told[name]))
        figures = (left.rank1, *left.rank1_interval)
        assert [value, low, high] == [round(100 * f, 1) for f in figures]
    for reach in (1.6, 2.0, 3.0):
        left = shipped_map().leak("solid", reach, 120, "K2", 0.0)
        assert left is not None
        assert (left.rank1, left.rank1_interval) == (0, (0, 0.029))
    low, high = shipped_map().card.face_px
    assert f"{low:.0f} to {high:.0f} pixels wide" in section
