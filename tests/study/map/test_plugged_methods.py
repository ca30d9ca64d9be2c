"""A lab's own ways to redact, in the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from efface.attack.interface import Pixels, Points
from efface.errors import RefusedError
from efface.regions import Box
from efface.study.map import plugged_methods as plugged
from efface.study.map.design import cells, every_row, methods
from efface.study.map.plugged_methods import GROUP, StudiedMethod
from efface.study.map.rows import FILL
from efface.study.redactions import RedactedFace


def striped(width: int) -> Callable[..., RedactedFace]:
    def redact(pixels: Pixels, box: Box, points: Points, rng: np.random.Generator) -> RedactedFace:
        zone = np.zeros(pixels.shape[:2], bool)
        zone[:, ::width] = True
        return RedactedFace(np.where(zone[..., None], 0, pixels).astype(np.uint8), zone, None)

    return redact


STRIPES = StudiedMethod("stripes", "black stripes", {w: striped(w) for w in (2, 4)}, "px", False)
SAME_AS_OURS = StudiedMethod("mosaic", "a mosaic", {1: striped(1)})
FLOOR = StudiedMethod(FILL, "a floor", {1: striped(1)})
NOT_A_FILE = StudiedMethod("../x", "out of the folder", {1: striped(1)})
EMPTY = StudiedMethod("empty", "nothing", {})


def nothing() -> None:
    """Gives no method."""


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    plugged.plugged_rows.cache_clear()
    yield
    plugged.plugged_rows.cache_clear()


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def given(*names: str) -> None:
        points = [EntryPoint(n.lower(), n if ":" in n else f"{__name__}:{n}", GROUP) for n in names]
        monkeypatch.setattr(plugged, "entry_points", lambda group: points)

    return given


def test_it_has_cells_at_every_width_with_a_fill_of_its_own_zone(
    install: Callable[..., None],
) -> None:
    assert "stripes" not in methods()
    plugged.plugged_rows.cache_clear()
    install("STRIPES")
    assert methods()[-1] == "stripes"
    names = [cell.name for cell in cells(quick=True, only=["stripes"], widths=[28])]
    rows = ["stripes-4", "stripes-2"]  # narrower stripes hide more
    assert names[-2:] == [f"{row}@28" for row in rows]
    assert {f"fill-of-{row}@28" for row in rows} <= set(names)
    for wanted in rows:
        row = next(one for one in every_row() if one.row.name == wanted)
        floor = next(one for one in every_row() if one.row.name == row.row.control)
        assert floor.method == FILL
        face = np.full((8, 8, 3), 200, np.uint8)
        given = face, Box(0, 2, 2, 4, 4), np.zeros((5, 2)), np.random.default_rng(0)
        assert np.array_equal(row.row.redaction(*given).zone, floor.row.redaction(*given).zone)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["what_is_not_there:METHOD"], "cannot be loaded"),
        (["nothing"], "no StudiedMethod but a NoneType"),
        (["SAME_AS_OURS"], "two methods of the name 'mosaic'"),
        (["FLOOR"], "two methods of the name 'fill'"),
        (["STRIPES", "STRIPES"], "two methods of the name 'stripes'"),
        (["NOT_A_FILE"], "cannot be one of files"),
        (["EMPTY"], "has no strengths"),
    ],
)
def test_what_is_no_method_is_refused(
    install: Callable[..., None], names: list[str], says: str
) -> None:
    install(*names)
    with pytest.raises(RefusedError, match=says):
        cells(quick=True)
