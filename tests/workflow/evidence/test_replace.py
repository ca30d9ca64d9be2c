"""A court lays drawn heads in once more, bit for bit; what is published says what they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.generate.added import added
from tests.workflow.evidence import test_video as video
from tests.workflow.evidence.cases import LATER, Case, finding, make_case, regions_of

from efface.evidence.credentials import EditAction, SourceType, read
from efface.policy import MethodPolicy, Policy, ReplacePolicy, RescanPolicy
from efface.redact.methods.replace.model import generator
from efface.regions import Box
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.notary import PackNotary
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports

REPLACED = Policy(
    rescan=RescanPolicy(enabled=False),
    method=MethodPolicy(name="replace"),
    replace=ReplacePolicy(redraw=5),
)


@pytest.fixture(autouse=True)
def own_generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "m").mkdir()
    with added(tmp_path / "m", monkeypatch) as folder:
        yield folder


def published(case: Case, *boxes: Box) -> Case:
    again = replace(case, published=case.folder / f"replaced{case.published.suffix}")
    notary = PackNotary(case.pack, case.secret, case.signer, LATER)
    regions = regions_of(case.original, *boxes)
    order = FileOrder(
        case.original, again.published, Order(REPLACED), Ports(notary=notary), regions
    )
    redact_file(order).or_raise()
    return again


def said(case: Case) -> tuple[EditAction, ...]:
    credentials = read(case.published)
    assert credentials is not None
    return credentials.active.actions


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_a_photo(ending: str, portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    """Also where no network is left that could draw them again."""
    source = tmp_path / f"a.{ending}"
    Image.fromarray(portrait).save(source, quality=90)
    boxes = (Box(0, 82, 25, 52, 70), Box(0, 20, 150, 10, 12))
    case = published(make_case(tmp_path, source), *boxes)
    generator.cache_clear()
    (tmp_path / "m" / "models" / "generator" / "half-ring" / "prior.onnx").unlink()
    found = case.court()
    assert found.ok
    assert "bit for bit" in finding(found, "redaction.published").says
    assert finding(found, "file.fill").state == "unknown"
    (edited,) = (action for action in said(case) if action.name == "c2pa.edited")
    assert edited.source_type == str(SourceType.COMPOSITE_WITH_TRAINED)
    assert len(edited.regions) == 2
    assert "do not exist" in (edited.description or "")


def test_solid_zones_alone_are_not_called_drawn(
    portrait: NDArray[np.uint8], tmp_path: Path
) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(portrait).save(source)
    case = published(make_case(tmp_path, source), Box(0, 20, 150, 10, 12))
    assert all(action.source_type is None for action in said(case))


def test_a_video(portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    case = video.sealed(tmp_path, video.filmed(tmp_path / "clip.mkv", portrait, "ffv1"))
    video.redact(case, REPLACED)
    found = case.court()
    assert found.ok
    assert finding(found, "redaction.published").ok
