"""The Python interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import efface
from efface.errors import InputError, NoFaceError, RefusedError
from efface.events import Event, StepStarted


def test_the_functions_are_functions_whatever_was_imported() -> None:
    import efface.detect.interface  # noqa: PLC0415
    import efface.zones.growth  # noqa: PLC0415

    assert callable(efface.detect)
    assert callable(efface.redact)
    assert callable(efface.inspect)
    with pytest.raises(AttributeError):
        _ = efface.nothing


def test_redact_writes_and_reports_and_tells_its_steps(photo: Path) -> None:
    events: list[Event] = []
    report = efface.redact(photo, listen=events.append)
    assert report.target == photo.with_name("photo.effaced.jpg")
    assert report.target is not None
    assert report.target.exists()
    assert report.exit_code == 0
    steps = [event.step for event in events if isinstance(event, StepStarted)]
    assert steps == ["read", "detect", "write", "verify", "rescan"]


def test_detect_and_redact_with_edited_regions(photo: Path) -> None:
    regions = efface.detect(photo)
    assert len(regions.tracks) == 1
    report = efface.redact(str(photo), regions=regions, keep=["t1"])
    assert report.kept == ("t1",)


def test_inspect_lists_what_is_hidden(photo: Path) -> None:
    assert {f.kind for f in efface.inspect(photo)} == {"file-name"}


def test_errors_are_effaces_own(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        efface.redact(tmp_path / "none.jpg")
    assert caught.value.exit_code == 5
    assert "none.jpg" in str(caught.value)
    (tmp_path / "plain.bmp").write_bytes(plain_bmp())
    with pytest.raises(NoFaceError):
        efface.redact(tmp_path / "plain.bmp")


def plain_bmp() -> bytes:
    import io  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415

    out = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 90, 90)).save(out, "BMP")
    return out.getvalue()


def regions_for(width: int, height: int) -> efface.Regions:
    box = efface.Box(0, 20, 10, 10, 10)
    kept = efface.Track("t2", (efface.Box(0, 50, 40, 5, 5),), action="keep")
    media = efface.Media("frame", "", "image", width, height, 2)
    return efface.Regions(media, (efface.Track("t1", (box,)), kept))


@pytest.mark.parametrize("channels", [None, 1, 3, 4])
def test_redact_frame_fills_a_copy(channels: int | None) -> None:
    shape = (60, 80) if channels is None else (60, 80, channels)
    frame = np.full(shape, 77, np.uint8)
    out = efface.redact_frame(frame, regions_for(80, 60))
    assert (frame == 77).all()
    inside: NDArray[np.uint8] = out[10:20, 20:30]
    if channels == 4:
        assert (inside[..., :3] == 0).all()
        assert (inside[..., 3] == 255).all()
    else:
        assert (inside == 0).all()
    assert (out[40:45, 50:55] == 77).all()
    assert (efface.redact_frame(frame, regions_for(80, 60), index=1) == 77).all()


def test_redact_frame_wants_the_frame_the_regions_speak_of() -> None:
    with pytest.raises(ValueError, match="80x60"):
        efface.redact_frame(np.zeros((10, 10, 3), np.uint8), regions_for(80, 60))
    with pytest.raises(ValueError, match="uint8"):
        efface.redact_frame(np.zeros((60, 80, 3), np.float32), regions_for(80, 60))
    with pytest.raises(ValueError, match="channels"):
        efface.redact_frame(np.zeros((60, 80, 2), np.uint8), regions_for(80, 60))


def test_scan_says_how_faces_show_and_writes_nothing(photo: Path) -> None:
    scan = efface.scan(photo, recall="fast")
    assert [face.best.identifiable for face in scan.faces] == ["yes"]
    assert scan.to_json()["kind"] == "image"
    assert [p.name for p in photo.parent.iterdir()] == ["photo.jpg"]
    with pytest.raises(ValueError, match="recall"):
        efface.scan(photo, recall="most")  # type: ignore[arg-type]


def test_what_there_is_is_listed() -> None:
    assert dir(efface) == sorted(efface.__all__)
    assert all(hasattr(efface, name) for name in dir(efface))


def test_faces_are_found_in_arrays(portrait: NDArray[np.uint8]) -> None:
    alpha = np.full((256, 256, 1), 255, np.uint8)
    for frame in (portrait, portrait[:, :, 1], np.dstack([portrait, alpha]), portrait[:, ::-1]):
        found = efface.detect(frame)
        assert (found.media.width, found.media.height, len(found.tracks)) == (256, 256, 1)
        hidden = efface.redact_frame(frame, found.to_json())
        assert (hidden != frame).any()
        assert efface.detect(hidden).tracks == ()


@pytest.mark.parametrize(
    "frame", [np.zeros((4, 4)), np.zeros((4, 4, 2), np.uint8), np.zeros((0, 4, 3), np.uint8)]
)
def test_an_array_that_is_no_picture_is_refused(frame: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="expected"):
        efface.detect(frame)


def test_policies_and_regions_are_taken_as_they_are_at_hand(photo: Path) -> None:
    import json  # noqa: PLC0415

    regions = efface.detect(str(photo), policy={"detect": {"recall": "fast"}})
    document, policy = photo.with_name("regions.json"), photo.with_name("policy.toml")
    document.write_text(json.dumps(regions.to_json()))
    policy.write_text('schema = "efface.policy/1"\n[method]\ncolour = "#ff0000"\n')
    at_hand: tuple[Any, ...] = (regions, regions.to_json(), document, str(document))
    for number, given in enumerate(at_hand):
        out = photo.with_name(f"{number}.jpg")
        report = efface.redact(photo, str(out), regions=given, policy=str(policy), keep="t1")
        assert report.kept == ("t1",)


def test_what_cannot_be_meant_is_said_in_words(photo: Path) -> None:
    anything: Any = efface
    attempts: list[tuple[Callable[[], object], type[Exception], str]] = [
        (lambda: anything.redact(photo, keep="t9"), RefusedError, "no track is called t9"),
        (lambda: anything.redact(photo, keep=[3]), RefusedError, "expected text"),
        (lambda: anything.redact(3), TypeError, "expected the path of a file, got int"),
        (lambda: anything.detect([photo]), TypeError, "or an array"),
        (lambda: anything.redact(photo, policy=3), TypeError, "expected a policy"),
        (lambda: anything.redact(photo, policy={"zone": {}}), RefusedError, "unknown section"),
        (lambda: anything.redact(photo, regions=[1]), TypeError, "expected regions"),
    ]
    for attempt, error, words in attempts:
        with pytest.raises(error, match=words):
            attempt()


def test_a_single_frame_has_no_faces_replaced(portrait: NDArray[np.uint8]) -> None:
    """Neither would the next frame have the same head, nor is it held against the face."""
    with pytest.raises(RefusedError, match="whole track"):
        efface.redact_frame(
            portrait, efface.detect(portrait), policy={"method": {"name": "replace"}}
        )
