"""Something else in the zones than what was redacted: by a stranger, and by who signed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.evidence.signers import signer
from tests.workflow.evidence.cases import Case, failing, finding, make_case
from tests.workflow.evidence.test_video import filmed, sealed
from tests.workflow.evidence.test_video import redact as redact_video

from efface.evidence.pack.assertion import Assertion
from efface.evidence.pack.redaction import Redaction
from efface.evidence.statement import sign_document
from efface.media.sniff import open_photo
from efface.media.video.opening import open_video
from efface.media.video.writing import write_video
from efface.policy import Colour, EncodePolicy, Limits, VideoPolicy
from efface.zones.filling import ConstantFilling

FORGER = signer("forger")
WHITE = Colour(255, 255, 255)


def never_filled(case: Case, target: Path) -> None:
    """The face itself: outside the zones all is as it was committed to."""
    with target.open("xb") as out:
        open_photo(case.original, Limits()).write((), ConstantFilling(WHITE), EncodePolicy(), out)


def in_another_colour(case: Case, target: Path) -> None:
    """Every zone white instead of black."""
    zones = Redaction.of(case.evidence().redaction).zones
    with target.open("xb") as out:
        open_photo(case.original, Limits()).write(
            zones, ConstantFilling(WHITE), EncodePolicy(), out
        )


Paint = Callable[[Case, Path], None]


@pytest.fixture(params=[never_filled, in_another_colour], ids=["face", "colour"])
def painted(request: pytest.FixtureRequest, case: Case) -> Path:
    """A file that differs from the published one in its zones alone."""
    target = case.folder / f"painted{case.published.suffix}"
    request.param(case, target)
    return target


def stated_for(evidence: Assertion, bare: Path, by: Case) -> Assertion:
    """The signer states another file in the place of the one that was redacted."""
    digest = hashlib.sha256(bare.read_bytes()).hexdigest()
    redaction = replace(Redaction.of(evidence.redaction), bare=digest)
    return replace(evidence, redaction=sign_document(redaction.to_json(), by.signer))


def test_a_stranger_paints_into_the_zones(case: Case, painted: Path) -> None:
    case.put_around(painted, case.evidence(), FORGER)
    for found in (case.stranger(), case.partner()):
        wrong = failing(found)
        assert "another file" in wrong["file.bare"]
        assert "something else than the fill that was stated" in wrong["file.fill"]
        assert "somebody else put this evidence around the file" in wrong["file.signers"]
        assert "file.proof" not in wrong
        assert found.exit_code == 7


def test_the_signer_paints_into_the_zones(case: Case, painted: Path) -> None:
    case.put_around(painted, case.evidence(), case.signer)
    assert set(failing(case.stranger())) == {"file.bare", "file.fill"}
    assert "names another file" in failing(case.partner())["pack.file"]


def test_the_signer_states_what_was_painted(case: Case, painted: Path) -> None:
    case.put_around(painted, stated_for(case.evidence(), painted, case), case.signer)
    assert set(failing(case.stranger())) == {"file.fill"}
    wrong = failing(case.court())
    assert "no such redaction" in wrong["pack.file"]
    assert "gives other bytes" in wrong["redaction.repeated"]
    assert "a zone was left out or filled otherwise" in wrong["redaction.published"]


def test_a_stranger_signs_a_file_that_is_as_it_was(case: Case) -> None:
    """The very file, with the evidence of the desk: whoever signs is taken for who redacted."""
    case.sign_again(case.evidence(), FORGER)
    assert "forger" not in str(case.trust)
    assert set(failing(case.stranger())) - {"credentials.trust"} == {"file.signers"}
    assert "names another file" in failing(case.partner())["pack.file"]


def test_two_keys_hold_for_who_knows_both(case: Case) -> None:
    """One desk seals, another redacts."""
    evidence = case.evidence()
    redaction = Redaction.of(evidence.redaction)
    by_other = replace(evidence, redaction=sign_document(redaction.to_json(), FORGER))
    case.sign_again(by_other, FORGER)
    assert "enter both" in failing(case.stranger())["file.signers"]
    found = case.stranger(trust=case.trust.with_key("the other desk", FORGER.key_id))
    assert failing(found) == {}
    assert "you know both" in finding(found, "file.signers").says


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_a_video_whose_zones_were_never_filled(
    name: str, portrait: NDArray[np.uint8], tmp_path: Path
) -> None:
    """In the file, and beside it; by a stranger, and by the signer who states it."""
    codec = "ffv1" if name.endswith("mkv") else "libx264"
    case = sealed(tmp_path, filmed(tmp_path / name, portrait, codec))
    redact_video(case)
    bare = tmp_path / f"bare{case.published.suffix}"
    original = open_video(case.original, Limits())
    write_video(original, bare, lambda _: (), ConstantFilling(WHITE), VideoPolicy())
    evidence = case.evidence()
    case.put_around(bare, evidence, FORGER)
    assert {"file.bare", "file.fill", "file.signers"} <= set(failing(case.stranger()))
    case.put_around(bare, stated_for(evidence, bare, case), case.signer)
    wrong = failing(case.stranger())
    also = set() if codec == "ffv1" else {"file.proof"}  # encoded again, it is another video
    assert set(wrong) == {"file.fill", *also}
    assert "frame 0" in wrong["file.fill"]


def test_a_lossy_photo_whose_zone_was_never_filled(
    portrait: NDArray[np.uint8], tmp_path: Path
) -> None:
    """Where nothing is kept to the bit, what is seen well inside the zone counts."""
    original = tmp_path / "original.webp"
    Image.fromarray(portrait).save(original, quality=40)
    case = make_case(tmp_path, original)
    found = case.court()
    assert failing(found) == {}
    assert "well inside" in finding(found, "file.fill").says
    bare = tmp_path / "painted.webp"
    never_filled(case, bare)
    case.put_around(bare, stated_for(case.evidence(), bare, case), case.signer)
    # encoded anew, it shows other figures than those that the proof corrects
    assert set(failing(case.stranger())) == {"file.fill", "file.proof"}
