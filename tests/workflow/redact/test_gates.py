"""What must hold before a file is released, and what is said when it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from efface.detect.interface import Detection
from efface.errors import EffaceError, GateError, InputError, NoFaceError, VerificationError
from efface.media.interface import Fidelity
from efface.media.trace import Trace
from efface.policy import EncodePolicy
from efface.regions import Box, Media, Regions, Track
from efface.workflow.redact import gates
from efface.workflow.redact.report import Rescan

FILE = Path("a.png")
NOBODY = Regions(Media("a.png", "ab" * 32, "image", 40, 30))
CLIP = Regions(Media("a.mp4", "ab" * 32, "video", 40, 30, 9, "1/25"))
FACE = Detection(10.4, 20.0, 30.6, 40.0, 0.9)
SEEN = Rescan("second", 0.5, ((3, FACE),))


def unreadable() -> None:
    with gates.read_back(FILE):
        raise InputError("it is cut short.")


REFUSED: list[tuple[Callable[[], object], type[EffaceError], str]] = [
    (lambda: gates.some_face(NOBODY, FILE, accepted=False), NoFaceError, "no face was found"),
    (unreadable, VerificationError, "cannot be read back (it is cut short.)"),
    (lambda: gates.same_sphere(False, FILE), VerificationError, "lie around the camera"),
    (
        lambda: gates.nothing_left((Trace("gps", "APP1", "where", "locates"),), FILE),
        VerificationError,
        "still carries gps (APP1)",
    ),
    (
        lambda: gates.looks_alike(Fidelity(False, ssim=0.97), EncodePolicy(), FILE),
        VerificationError,
        "SSIM of 0.9700, less than 0.98",
    ),
    (
        lambda: gates.looks_alike(Fidelity(False, ssim=1.0, shift=3.1), EncodePolicy(), FILE),
        VerificationError,
        "moved by 3.1 of 255, more than 3",
    ),
    (
        lambda: gates.rescanned(SEEN, FILE, accepted=False),
        GateError,
        "saw 1 face(s) neither covered nor kept: frame 3: 31x40 at (10, 20).",
    ),
]


@pytest.mark.parametrize(("gate", "error", "words"), REFUSED)
def test_what_does_not_hold_is_said_of_the_file(
    gate: Callable[[], object], error: type[EffaceError], words: str
) -> None:
    with pytest.raises(error) as caught:
        gate()
    assert words in caught.value.message
    assert caught.value.path == FILE


def test_what_holds_needs_no_words() -> None:
    box = Track("t1", (Box(0, 1, 1, 5, 5),))
    assert gates.some_face(replace(NOBODY, tracks=(box,)), FILE, accepted=False) == ()
    with gates.read_back(FILE):
        pass
    gates.same_sphere(True, FILE)
    gates.nothing_left((), FILE)
    gates.looks_alike(Fidelity(True), EncodePolicy(), FILE)
    gates.looks_alike(Fidelity(False, ssim=0.98, shift=3.0), EncodePolicy(), FILE)
    assert gates.rescanned(replace(SEEN, uncovered=()), FILE, accepted=False) == ()


def test_what_the_user_accepted_and_what_nobody_did_is_noted() -> None:
    assert gates.some_face(NOBODY, FILE, accepted=True) == (
        "No face was found; the user accepted that.",
    )
    (note,) = gates.rescanned(SEEN, FILE, accepted=True)
    assert note.startswith("The rescan saw 1 face(s)")
    assert note.endswith("The user accepted that.")
    assert gates.rescanned(None, FILE, accepted=False) == (gates.NO_RESCAN,)
    assert gates.attacked(None, FILE) == (gates.NOBODY,)


def test_advice_names_what_was_looked_at_and_places_are_few() -> None:
    for regions, what in ((NOBODY, "picture"), (CLIP, "video")):
        with pytest.raises(NoFaceError) as caught:
            gates.some_face(regions, FILE, accepted=False)
        assert caught.value.hint is not None
        assert f"Look at the {what}" in caught.value.hint
    many = replace(SEEN, uncovered=tuple((frame, FACE) for frame in range(12)))
    with pytest.raises(GateError) as found:
        gates.rescanned(many, FILE, accepted=False)
    assert "saw 12 face(s)" in found.value.message
    assert "frame 9:" in found.value.message and "frame 10:" not in found.value.message
