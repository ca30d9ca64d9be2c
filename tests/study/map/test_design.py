"""The design: no cell without its control and the clear face of its width."""

from __future__ import annotations

import pytest

from efface.errors import RefusedError
from efface.study.map.design import WIDTHS, cells, every_row


@pytest.mark.parametrize("quick", [True, False])
def test_every_cell_has_its_control_before_it(quick: bool) -> None:
    seen: set[str] = set()
    for cell in cells(quick=quick):
        assert cell.name not in seen
        control = cell.kind.row.control
        assert control is None or f"{control}@{cell.width_px}" in seen
        seen.add(cell.name)
    assert {f"clear@{cell.width_px}" for cell in cells(quick=quick)} <= seen


def test_the_full_design_has_every_width_and_every_row() -> None:
    found = cells(quick=False)
    assert {cell.width_px for cell in found} == set(WIDTHS)
    assert {cell.kind.row.name for cell in found} == {row.row.name for row in every_row()}


def test_a_part_of_the_design_is_the_same_cells() -> None:
    part = cells(quick=False, only=["mosaic"], widths=[40, 20, 40])
    assert {cell.width_px for cell in part} == {20, 40}
    assert set(part) <= set(cells(quick=False))
    assert len({cell.name for cell in part}) == len(part)
    with pytest.raises(RefusedError, match="30 pixels wide"):
        cells(quick=False, widths=[30])


def test_pictures_are_never_enlarged() -> None:
    assert {cell.width_px for cell in cells(quick=True, most_px=30)} == {14, 28}
    with pytest.raises(RefusedError, match="too small"):
        cells(quick=True, most_px=7)


def test_what_efface_draws_by_default_is_measured_at_every_width() -> None:
    default = [row for row in every_row() if row.method == "layered" and row.quick]
    assert len(default) == 1
    measured = {cell.width_px for cell in cells(quick=False) if cell.kind == default[0]}
    assert measured == set(WIDTHS)


def test_the_coarse_map_has_other_widths_where_they_are_asked_for() -> None:
    asked = {cell.width_px for cell in cells(quick=True, only=["mosaic"], widths=[8, 56])}
    assert asked == {8, 56}
    assert {cell.width_px for cell in cells(quick=True)} == {14, 28, 80}


def test_attackers_who_are_not_told_the_eyes_have_a_floor_of_their_own() -> None:
    """Told where the eyes were, they see where they lie about the zone: no fill of it is a floor
    to one who does not."""
    rows = {row.row.name: row.row for row in every_row()}
    for one in rows.values():
        assert one.control is None or rows[one.control].eyes_known == one.eyes_known
    assert {one.name for one in rows.values() if not one.eyes_known} == {
        "fill-default-by-zone", "layered-2-6-by-zone", "figure-by-zone",
    }  # fmt: skip
