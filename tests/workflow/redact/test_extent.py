"""What is said of how much is covered."""

from __future__ import annotations

from pathlib import Path

import pytest

from efface.geometry import Rect
from efface.regions import Box
from efface.workflow.redact.extent import covered_words, extent_notes
from efface.workflow.redact.report import FileReport
from efface.workflow.redact.report_form import VideoSummary
from efface.zones.extent import Extent
from efface.zones.zone import Zone


def zone(track: str, *rect: int) -> Zone:
    return Zone(track, 0, Rect(*rect), Rect(*rect))


@pytest.mark.parametrize(("right", "warned"), [(59, False), (61, True)])
def test_most_of_the_picture_covered_is_a_warning(right: int, *, warned: bool) -> None:
    extent = Extent()
    extent.see([zone("t1", 0, 0, right, 100)], 100, 100)
    said = " ".join(extent_notes(extent, 1))
    assert (f"{right} % of the picture is covered" in said) == warned
    report = FileReport(Path("a.png"), frames=1, covered=extent.share)
    assert covered_words(report) == f"{right} % of the picture"


def test_zones_that_meet_and_a_kept_face_that_is_cut_are_named() -> None:
    extent = Extent()
    zones = [zone("t1", 0, 0, 30, 30), zone("t2", 20, 0, 60, 30)]
    extent.see(zones, 100, 100, [("t3", Box(0, 50, 10, 20, 20))])
    extent.see([], 100, 100)
    said = " ".join(extent_notes(extent, 2))
    assert "t3 is kept, and another zone covers a part of it, in 1 of 2 frames." in said
    assert "Zones that meet look like one: t1 and t2." in said
    report = FileReport(Path("a.mp4"), frames=2, video=VideoSummary(), covered=extent.share)
    assert covered_words(report) == "9 % of a frame on average, 18 % at most"
