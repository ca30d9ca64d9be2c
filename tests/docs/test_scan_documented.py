"""docs/scan.md names every value and key of a scan, and the numbers of its rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from tests.docs.manual import DOCS, code, rows, sections

from efface.detect import face_quality as appraisal
from efface.detect import identifiable as judgement
from efface.regions import Media
from efface.scan.result import FaceScan, FileScan, ScanLook, ScanSpan, Stretch, scan_document

PAGE = DOCS / "scan.md"


def document() -> dict[str, Any]:
    how = appraisal.Appraisal(60, "towards", "lit", "sharp", "clear")
    look = ScanLook(0, 0.0, how, *judgement.judge(how))
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
        ("pose", appraisal.Pose),
        ("light", appraisal.Light),
        ("sharpness", appraisal.Sharpness),
        ("hidden", appraisal.Hidden),
    ],
)
def test_every_value_is_documented(label: str, values: Any) -> None:
    (row,) = [r for r in rows(sections(PAGE)["The judgement"]) if r[0] == f"`{label}`"]
    assert code(row[1]) == set(get_args(values))


def test_the_numbers_are_the_real_ones() -> None:
    section = sections(PAGE)["The judgement"]
    cells = {r[0].strip("*`"): r[-1] for r in rows(section)}
    assert set(get_args(judgement.Identifiable)) <= set(cells)
    assert f"less than {judgement.PERHAPS_PX} pixels" in cells["unlikely"]
    assert f"Less than {judgement.YES_PX} pixels" in cells["perhaps"]
    assert f"less than {judgement.HIDDEN_YES_PX} pixels" in cells["perhaps"]
    assert f"YuNet's score is below {appraisal.YUNET_SEES}" in cells["pose"]
    assert f"CenterFace's below {appraisal.CENTERFACE_SEES}" in cells["pose"]
    assert f"YuNet's score is below {appraisal.MARKED}" in cells["pose"]
    assert f"luma is below {appraisal.DIM_LUMA} of" in cells["light"]
    assert f"below {appraisal.SHADOW_LUMA}, and below {appraisal.SHADOW_RATIO} " in cells["light"]
    assert f"below {appraisal.SOFT} it is `soft`" in cells["sharpness"]
    assert f"below {appraisal.BLURRED} `blurred`" in cells["sharpness"]
    for pose, words in (("towards", "`towards`"), ("profile", "otherwise")):
        assert f"below {appraisal.HIDDEN_SCORE[pose]} {words}" in cells["hidden"]
