"""docs/scan.md names every value and key of a scan, and the numbers of its rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from tests.docs.manual import DOCS, code, rows, sections

from efface.detect import face_quality, identifiable
from efface.regions import Media
from efface.scan.result import FaceScan, FileScan, ScanLook, ScanSpan, Stretch, scan_document

PAGE = DOCS / "scan.md"


def document() -> dict[str, Any]:
    how = face_quality.FaceQuality(60, "towards", "lit", "sharp", "clear")
    look = ScanLook(0, 0.0, how, *identifiable.judge(how))
    span = ScanSpan(0, 1)
    scan = FileScan(
        Path("a.mp4"),
        Media("a.mp4", "0" * 64, "video", 64, 48),
        (FaceScan("t1", (look,), span),),
        2.0,
        (Stretch(span, ("t1",), 60, "yes", look),),
        (ScanSpan(1, 2),),
    )
    return scan_document([scan], [])


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_every_key_is_documented() -> None:
    assert keys(document()) - code(sections(PAGE)["The JSON"]) == set()


def test_the_keys_of_a_file_are_the_real_ones() -> None:
    (file,) = document()["files"]
    table = {key for cells in rows(sections(PAGE)["The JSON"]) for key in code(cells[0])}
    assert table == set(file)


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("pose", face_quality.Pose),
        ("light", face_quality.Light),
        ("sharpness", face_quality.Sharpness),
        ("hidden", face_quality.Hidden),
    ],
)
def test_every_value_is_documented(label: str, values: Any) -> None:
    (row,) = [r for r in rows(sections(PAGE)["The judgement"]) if r[0] == f"`{label}`"]
    assert code(row[1]) == set(get_args(values))


def test_the_numbers_are_the_real_ones() -> None:
    section = sections(PAGE)["The judgement"]
    cells = {r[0].strip("*`"): r[-1] for r in rows(section)}
    assert set(get_args(identifiable.Identifiable)) <= set(cells)
    assert f"less than {identifiable.PERHAPS_PX} pixels" in cells["unlikely"]
    assert f"Less than {identifiable.YES_PX} pixels" in cells["perhaps"]
    assert f"less than {identifiable.HIDDEN_YES_PX} pixels" in cells["perhaps"]
    assert f"YuNet's score is below {face_quality.YUNET_SEES}" in cells["pose"]
    assert f"CenterFace's below {face_quality.CENTERFACE_SEES}" in cells["pose"]
    assert f"YuNet's score is below {face_quality.MARKED}" in cells["pose"]
    assert f"luma is below {face_quality.DIM_LUMA} of" in cells["light"]
    assert (
        f"below {face_quality.SHADOW_LUMA}, and below {face_quality.SHADOW_RATIO} "
        in cells["light"]
    )
    assert f"below {face_quality.SOFT} it is `soft`" in cells["sharpness"]
    assert f"below {face_quality.BLURRED} `blurred`" in cells["sharpness"]
    for pose, words in (("towards", "`towards`"), ("profile", "otherwise")):
        assert f"below {face_quality.HIDDEN_SCORE[pose]} {words}" in cells["hidden"]
