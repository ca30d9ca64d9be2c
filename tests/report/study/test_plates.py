"""Figures of a map: each has its sentence and its floor, and says what the figures say."""

from __future__ import annotations

from functools import cache

import msgspec

from efface.report.study import plates
from efface.study.map.form import CellEntry, ColumnEntry, Level, LooksEntry

LEVELS: tuple[Level, ...] = ("K0", "K1", "K2", "insider")


def column(rank1: float, *, accused: float = 0.0, fine: bool = False) -> ColumnEntry:
    return ColumnEntry(
        attacker="any", N=125, searches=125, chance=0.008, rank1=[rank1, rank1 / 2, 1.0],
        rank10=[rank1, rank1, 1.0], tpir=[0.0, 0.0, 0.1], bits=[5 * rank1, 4 * rank1, 6.0],
        half=3, most=50, accused=[accused, 0.0, 1.0], bound=0.02 if fine else 0.5, p_rank1=0.5,
        p_bits=0.5, at_chance=fine, galleries=[],
    )  # fmt: skip


def cell(
    row: str, width: int, rank1: float, strength: float | None, *, accused: float = 0.0
) -> CellEntry:
    fill = row.startswith("fill")
    one = column(rank1, accused=accused, fine=rank1 == 0)
    return CellEntry(
        name=f"{row}@{width}", title=row, method="fill" if fill else "mosaic", strength=strength,
        unit="cells across the face", more_hides=False, width_px=width,
        control=None if fill else "fill-1.3", covered=0.9,
        columns=dict.fromkeys(LEVELS, one), looks=[],
    )  # fmt: skip


@cache
def cells() -> tuple[CellEntry, ...]:
    found = []
    for width in (14, 40, 80):
        found.append(cell("fill-1.3", width, 0.0, None))
        for strength, rank1 in ((8, 0.4), (4, 0.2), (2, 0.0)):
            found.append(cell(f"cells-{strength}", width, rank1, strength, accused=0.3))
    return tuple(found)


def test_strength_has_a_panel_a_width_and_its_floor() -> None:
    (plate,) = plates.strength_plates(cells())
    assert all(f"face {width} px" in plate.svg for width in (14, 40, 80))
    assert "constant fill" in plate.svg
    assert "in 40.0 % at 8, in 0.0 % at 2; at chance: 2." in plate.said.replace(
        "the right person first ", ""
    )


def test_width_says_whether_it_is_enough() -> None:
    said = {plate.title: plate.said for plate in plates.width_plates(cells())}
    assert set(said) == {"cells-8", "cells-4", "cells-2"}
    assert "not shown to protect" in said["cells-8"]
    assert "that is chance" in said["cells-2"]


def test_accusations_count_redactions_that_accuse_more_than_they_find() -> None:
    plate = plates.accusation_plate(cells())
    assert plate is not None
    assert "In 2 of these 3 redactions it accuses wrong people more often" in plate.said
    assert "80 pixels wide" in plate.title


def test_frames_say_whether_more_are_more() -> None:
    looks = [
        LooksEntry(knowledge=level, frames=frames, N=40, rank1=[0.1, 0.0, 0.2],
                   rank10=[0.1, 0.0, 0.2], bits=[frames / 10, 0.0, 9.0], p=p)
        for level in ("K0", "K2") for frames, p in ((1, 1.0), (10, 0.2), (50, 0.01))
    ]  # fmt: skip
    moving = msgspec.structs.replace(cells()[1], looks=looks)
    plate = plates.frames_plate((moving,))
    assert plate is not None
    assert "0.1 bits from one frame, 5.0 from 50: more." in plate.said
    assert plates.frames_plate(cells()) is None


def test_the_same_figures_give_the_same_drawing() -> None:
    assert plates.heat(cells()).svg == plates.heat(cells()).svg
    assert "2 left" not in plates.heat(cells()).said
    assert "Of 9 ways and sizes that were measured, 3 left" in plates.heat(cells()).said
