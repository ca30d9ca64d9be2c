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


def test_pictures_are_never_enlarged() -> None:
    assert {cell.width_px for cell in cells(quick=True, most_px=25)} == {10, 20}
    with pytest.raises(RefusedError, match="too small"):
        cells(quick=True, most_px=7)
