"""A court repeats a layered fill from what lies under seal; nobody else can, and nothing calls it a
removal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.workflow.evidence import test_video as video
from tests.workflow.evidence.cases import LATER, Case, failing, finding, make_case, regions_of

from efface.policy import MethodPolicy, Policy, RescanPolicy
from efface.redact.methods.layered.kept import KeptFills
from efface.regions import Box
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.notary import PackNotary
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports

LAYERED = Policy(rescan=RescanPolicy(enabled=False), method=MethodPolicy(name="layered"))


def published(case: Case, *boxes: Box) -> Case:
    """Once more, with a soft shape in the zones."""
    again = replace(case, published=case.folder / f"layered{case.published.suffix}")
    notary = PackNotary(case.pack, case.secret, case.signer, LATER)
    order = FileOrder(
        case.original,
        again.published,
        Order(LAYERED),
        Ports(notary=notary),
        regions_of(case.original, *boxes),
    )
    redact_file(order).or_raise()
    return again


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_a_photo_of_two_faces(ending: str, portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    source = tmp_path / f"a.{ending}"
    Image.fromarray(portrait).save(source, quality=90)
    boxes = (Box(0, 82, 25, 52, 70), Box(0, 20, 150, 30, 36))
    case = published(make_case(tmp_path, source), *boxes)
    found = case.court()
    assert found.ok
    assert "bit for bit" in finding(found, "redaction.published").says
    assert finding(found, "file.fill").state == "unknown"
    assert "under seal" in finding(found, "file.fill").says
    redaction = case.pack.redactions()[-1].statement
    kept = KeptFills.from_bytes(case.pack.kept(redaction, case.secret) or b"")
    assert len(kept.fills) == len(kept.tracks) == 2


def test_a_video(portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    case = video.sealed(tmp_path, video.filmed(tmp_path / "clip.mkv", portrait, "ffv1"))
    video.redact(case, LAYERED)
    found = case.court()
    assert found.ok
    assert list(failing(found)) == ["file.fill"]
    assert finding(found, "redaction.published").ok


def test_a_video_that_is_coded_lossily(portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    case = video.sealed(tmp_path, video.filmed(tmp_path / "clip.mp4", portrait, "libx264"))
    video.redact(case, LAYERED)
    found = case.court()
    assert found.ok
    assert finding(found, "redaction.published").ok
