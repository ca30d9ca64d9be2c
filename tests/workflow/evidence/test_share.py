"""A proof of hardly anything: zones so small and so many that each block has one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.workflow.evidence.cases import Case, failing, finding, make_case
from tests.workflow.evidence.test_video import filmed, redact, sealed

from efface.evidence.contents import proven
from efface.evidence.pack.redaction import Redaction
from efface.evidence.statement import sign_document
from efface.geometry import Rect
from efface.media.opening import open_media
from efface.media.sniff import open_photo
from efface.media.video.opening import open_video
from efface.media.video.writing import write_video
from efface.policy import Colour, EncodePolicy, Limits, VideoPolicy
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

BLACK = Colour(0, 0, 0)


def specks(frames: Sequence[int], every: int, columns: int, rows: int) -> list[Zone]:
    """One of two by two pixels in most cells."""
    return [
        Zone("t", frame, rect, rect)
        for frame in frames
        for row in range(rows)
        for column in range(columns)
        if (rect := Rect(every * column + 6, every * row + 6, every * column + 8, every * row + 8))
    ]


def proven_with(case: Case, bare: Path, zones: Sequence[Zone]) -> None:
    """Published by the desk itself, which states these zones."""
    original, written = (open_media(path, Limits()) for path in (case.original, bare))
    proof = proven(
        original, written, zones, case.secret.key, case.pack.commitment, copies=lambda *_: True
    )
    evidence = case.evidence()
    redaction = replace(
        Redaction.of(evidence.redaction),
        zones=tuple(zones),
        proof=hashlib.sha256(proof).hexdigest(),
        bare=hashlib.sha256(bare.read_bytes()).hexdigest(),
    )
    signed = sign_document(redaction.to_json(), case.signer)
    case.put_around(bare, replace(evidence, redaction=signed, proof=proof), case.signer)


def test_a_photo_of_which_hardly_anything_is_proven(
    portrait: NDArray[np.uint8], tmp_path: Path
) -> None:
    original = tmp_path / "original.webp"
    Image.fromarray(portrait).save(original, quality=80)
    case = make_case(tmp_path, original)
    bare = tmp_path / "bare.webp"
    zones = specks([0], 16, 16, 15)
    with bare.open("xb") as out:
        open_photo(original, Limits()).write(zones, ConstantFilling(BLACK), EncodePolicy(), out)
    proven_with(case, bare, zones)
    found = case.stranger()
    assert "only 6.3 % is proven" in failing(found)["file.proof"]
    assert found.exit_code == 7


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_a_video_of_which_hardly_anything_is_proven(
    name: str, portrait: NDArray[np.uint8], tmp_path: Path
) -> None:
    """One frame in eight is enough to hide a cell; and what efface makes itself is proven whole."""
    codec = "ffv1" if name.endswith("mkv") else "libx264"
    case = sealed(tmp_path, filmed(tmp_path / name, portrait, codec))
    redact(case)
    found = case.stranger()
    assert failing(found) == {}
    assert found.proof is not None
    assert found.proof.share is not None
    assert found.proof.share == 1
    assert "of what lies outside the zones" in found.verdict
    assert "of what lies outside the zones" in finding(found, "file.proof").says
    bare = tmp_path / f"bare{case.published.suffix}"
    every = 10 if codec == "ffv1" else 16
    zones = specks([0, 8, 16], every, 320 // every, 240 // every - 1)
    here = {frame: [zone for zone in zones if zone.frame == frame] for frame in (0, 8, 16)}
    movie = open_video(case.original, Limits())
    write_video(movie, bare, lambda n: here.get(n, ()), ConstantFilling(BLACK), VideoPolicy())
    proven_with(case, bare, zones)
    wrong = failing(case.stranger())
    assert "is proven" in wrong["file.proof"]
    assert "nothing is called proven" in wrong["file.proof"]
