"""Nothing rides along: what was in a file beside its picture is named, and gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.media.contract.described import Described
from tests.media.contract.families import DESCRIBED
from tests.media.lossless import BLACK_FILL, holds, opened, written, zone

LADEN = [
    pytest.param(family, data, id=f"{family.family.name}-{place}")
    for family in DESCRIBED
    for place, data in family.laden().items()
]


def test_every_family_is_laden() -> None:
    assert all(len(family.laden()) > 1 for family in DESCRIBED)


@pytest.mark.parametrize(("family", "data"), LADEN)
def test_the_canary_is_gone_and_named(family: Described, data: bytes, tmp_path: Path) -> None:
    assert holds(data, family.secret)
    photo = opened(tmp_path, data, family.suffix)
    found = photo.findings()
    assert found
    secret = family.secret.decode()
    for trace in found:
        assert secret not in trace.kind + trace.where + trace.detail
        assert trace.kind and trace.where and trace.detail and trace.size >= 0
    output, report = written(photo, (zone(0, 0, 3, 3),))
    assert report.dropped == found
    assert not any(secret in note for note in report.notes)
    assert not holds(output, family.secret)
    again = opened(tmp_path, output, family.suffix)
    photo.compare(again, photo.grown((zone(0, 0, 3, 3),)), BLACK_FILL)
    assert again.findings() == ()


@pytest.mark.parametrize(("family", "data"), LADEN)
def test_nothing_is_written_that_is_not_allowed(
    family: Described, data: bytes, tmp_path: Path
) -> None:
    output, _ = written(opened(tmp_path, data, family.suffix), ())
    assert {*family.parts(output)} <= family.allowed


@pytest.mark.parametrize("family", DESCRIBED, ids=lambda family: family.family.name)
def test_the_search_for_parts_sees_what_is_not_allowed(family: Described) -> None:
    """Otherwise the test above could not fail: most places are parts that it has a name for."""
    seen = [bool({*family.parts(data)} - family.allowed) for data in family.laden().values()]
    assert sum(seen) >= len(seen) / 2
