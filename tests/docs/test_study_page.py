"""docs/study/ says what its documents say."""

from __future__ import annotations

import csv
import re

import pytest
from msgspec.structs import replace

from docs import make_study
from efface.study.map.chance import at_chance


def test_tables_are_those_of_the_documents() -> None:
    """After one has changed: ``python -m docs.make_study``."""
    text = make_study.README.read_text(encoding="utf-8")
    assert text == make_study.written(text)
    assert text.replace("125", "126") != make_study.written(text.replace("125", "126"))
    assert set(re.findall(r"<!-- ([a-z-]+) -->", text)) - {"end"} == set(make_study.TABLES)


def test_the_sheet_is_that_of_the_documents() -> None:
    assert (make_study.HOME / "study.csv").read_text(encoding="utf-8") == make_study.sheet()
    lines = list(csv.DictReader(make_study.sheet().splitlines()))
    assert {line["run"] for line in lines} == {"cfp", "cfp-coarse", "ytf", "london"}


def test_every_figure_is_there_and_shown() -> None:
    text = make_study.README.read_text(encoding="utf-8")
    for name in re.findall(r"\(([a-z0-9.-]+\.svg)\)", text):
        assert (make_study.HOME / name).is_file(), name
    drawn = {path.name for path in make_study.HOME.glob("*.svg")}
    assert drawn == set(re.findall(r"\(([a-zA-Z0-9.-]+\.svg)\)", text))


def test_constant_fills_of_the_whole_face_leave_nothing() -> None:
    """The floor is one: else the harness finds people in what is no picture of them."""
    cells = make_study.cells()
    assert all(at_chance(cell) for name, cell in cells.items() if name.startswith("fill-default"))
    assert all(cells[f"clear@{px}"].columns["K2"].rank1[0] > 0.7 for px in (14, 28, 40))


def test_cells_that_were_measured_since_come_beside_those_that_stay() -> None:
    landed = make_study.read("cfp")
    landed = replace(landed, cells=[replace(cell, program="") for cell in landed.cells])
    some = [c for c in landed.cells if c.width_px == 40 and c.method in ("fill", "clear")]
    assert {cell.method for cell in some} >= {"fill", "clear"}
    new = [replace(cell, program="new") for cell in some]
    found = make_study.merged(landed, replace(landed, cells=new))
    assert [cell.name for cell in found.cells] == [cell.name for cell in landed.cells]
    assert {c.name for c in found.cells if c.program == "new"} == {cell.name for cell in new}
    with pytest.raises(SystemExit, match="code"):
        make_study.merged(found, replace(landed, cells=some))


@pytest.mark.parametrize("part", ["seed", "weights", "clear", "alone", "data", "faces"])
def test_cells_of_another_map_do_not(part: str) -> None:
    landed = make_study.read("cfp")
    clear = next(cell for cell in landed.cells if cell.name == "clear@40")
    column = replace(clear.columns["K2"], rank1=[0.5, 0.4, 0.6])
    others = {
        "seed": replace(landed, seed=1),
        "weights": replace(landed, weights=landed.weights[1:]),
        "clear": replace(landed, cells=[replace(clear, columns={**clear.columns, "K2": column})]),
        "alone": replace(landed, cells=[replace(clear, name="clear@41")]),
        "data": replace(landed, data=replace(landed.data, test=126)),
        "faces": replace(landed, data=replace(landed.data, face_px=landed.data.face_px + 2)),
    }
    words = {"clear": "clear@40", "alone": "no cell in common"}
    with pytest.raises(SystemExit, match=words.get(part, part)):
        make_study.merged(landed, others[part])
