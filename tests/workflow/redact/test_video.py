"""One video from end to end: what is covered, what is kept, and what is left when it goes wrong."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.walks import (
    FRAMES,
    SIZE,
    Picture,
    damaged,
    face_in,
    ground,
    is_filled,
    seen,
    sound_of,
    times,
    write_clip,
)

from efface.api import detect, redact
from efface.detect.boxes import no_boxes
from efface.detect.interface import Detection
from efface.detect.tracking import faces, following
from efface.detect.tracking.interface import SeenFrame
from efface.detect.tracking.rescanning import Rescanned
from efface.detect.tracking.watching import watch
from efface.detect.video import WatchedVideo, watch_movie
from efface.errors import (
    EffaceError,
    GateError,
    InputError,
    NoFaceError,
    OutputError,
    RefusedError,
    VerificationError,
)
from efface.events import Event, StepStarted
from efface.media.video.checking import Check
from efface.policy import Policy, RescanPolicy, VideoPolicy
from efface.regions import Box, Regions, Track
from efface.workflow.redact import analysis, attempt, video
from efface.workflow.redact.report import FileReport

UNSEEN = Policy(rescan=RescanPolicy(enabled=False))
"""Where the second look is not what matters."""
REPRODUCIBLE = Policy(video=VideoPolicy(reproducible=True))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def left_beside(clip: Path) -> set[str]:
    """What is in the clip's folder besides the clip."""
    return names(clip.parent) - {clip.name}


@pytest.fixture
def nobody(tmp_path: Path) -> Path:
    """A clip in which no face shows."""
    return write_clip(tmp_path / "clip.mp4", [ground()] * 15)


@pytest.fixture
def short(tmp_path: Path, walk_file: Path) -> Path:
    """The first half of the walk: for what is written several times."""
    return write_clip(tmp_path / "clip.mp4", seen(walk_file)[: FRAMES // 2])


@pytest.fixture(scope="module")
def found(walk_file: Path) -> Regions:
    """What the analysis of the walk finds."""
    return detect(walk_file)


@pytest.fixture(scope="module")
def walked(
    walk_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[FileReport, list[Event]]:
    """The walk redacted as any file is, in a folder of its own, and what was told meanwhile. Only
    to be read."""
    clip = Path(shutil.copy(walk_file, tmp_path_factory.mktemp("walked") / "clip.mp4"))
    told: list[Event] = []
    return redact(clip, listen=told.append), told


def elsewhere(found: Regions) -> Regions:
    """Regions of the walk that miss the face."""
    box = Box(0, 200, 4, 20, 20)
    return replace(found, tracks=(Track("t1", (box, replace(box, frame=FRAMES - 1))),))


def test_the_face_is_filled_in_every_frame_and_the_rest_is_as_it_was(
    walked: tuple[FileReport, list[Event]], walk_file: Path
) -> None:
    report, _ = walked
    clip = report.source
    target = clip.with_name("clip.effaced.mp4")
    assert report.target == target
    assert names(clip.parent) == {"clip.mp4", "clip.effaced.mp4"}
    assert clip.read_bytes() == walk_file.read_bytes()
    original, written = seen(clip), seen(target)
    assert len(written) == len(original) == FRAMES
    assert times(target) == times(clip)
    assert sound_of(target) == sound_of(clip) != []
    for frame, (was, now) in enumerate(zip(original, written, strict=True)):
        assert is_filled(face_in(now, frame))
        assert not is_filled(face_in(was, frame))
        # the far right of the picture is never reached
        assert np.abs(now[:, 220:].astype(int) - was[:, 220:]).mean() < 3


def test_the_report_says_what_was_done(walked: tuple[FileReport, list[Event]]) -> None:
    report, _ = walked
    assert (report.status, report.exit_code, report.faces) == ("redacted", 0, 1)
    assert (report.format, report.width, report.height) == ("MP4", *SIZE)
    assert report.frames == FRAMES
    assert set(report.cpu_seconds) == {"read", "detect", "write", "rescan"}
    summary = report.video
    assert summary is not None and summary.fidelity is not None
    assert (summary.frames_covered, summary.scenes, summary.damaged) == (FRAMES, 1, 0)
    assert sum(summary.looks.values()) == FRAMES
    assert (summary.gaps, summary.closer_looks) == (0, 0)
    assert summary.encoder is not None and "libx264" in summary.encoder
    assert summary.fidelity.frames == FRAMES
    assert summary.fidelity.ssim is not None and summary.fidelity.ssim > 0.98
    assert report.rescan is not None
    assert report.rescan.uncovered == ()
    assert report.rescan.frames is not None and report.rescan.frames >= 4
    assert report.notes == (attempt.VOICE,)
    document = report.to_json()
    assert document["video"]["frames_covered"] == FRAMES
    assert document["rescan"]["frames"] == report.rescan.frames


def test_what_the_container_loses_is_reported(tmp_path: Path, walk_file: Path) -> None:
    clip = tmp_path / "clip.mp4"
    data = walk_file.read_bytes()
    clip.write_bytes(data + (12).to_bytes(4, "big") + b"free" + b"JFIF")
    report = redact(clip, allow_no_face=True, policy=UNSEEN)
    assert report.dropped
    assert b"JFIF" not in clip.with_name("clip.effaced.mp4").read_bytes()


def test_progress_is_told_step_by_step_and_frame_by_frame(
    walked: tuple[FileReport, list[Event]],
) -> None:
    _, told = walked
    steps = [event for event in told if isinstance(event, StepStarted)]
    assert list(dict.fromkeys(event.step for event in steps)) == [
        "read", "detect", "write", "rescan",
    ]  # fmt: skip
    for step in ("detect", "write", "rescan"):
        frames = [event.frame for event in steps if event.step == step]
        assert frames == list(range(FRAMES))


def test_nothing_is_written_when_no_face_is_found(nobody: Path) -> None:
    with pytest.raises(NoFaceError):
        redact(nobody)
    assert left_beside(nobody) == set()


def test_a_clip_without_a_face_is_written_when_that_was_accepted(nobody: Path) -> None:
    report = redact(nobody, allow_no_face=True)
    assert report.status == "no-face"
    assert "No face was found; the user accepted that." in report.notes
    assert len(seen(nobody.with_name("clip.effaced.mp4"))) == 15


def test_a_kept_face_stays_visible_and_passes_the_rescan(clip: Path) -> None:
    report = redact(clip, keep=["t1"])
    assert (report.status, report.kept) == ("kept", ("t1",))
    assert report.video is not None and report.video.frames_covered == 0
    written = seen(clip.with_name("clip.effaced.mp4"))
    assert not any(is_filled(face_in(now, frame)) for frame, now in enumerate(written))


def test_a_face_kept_for_a_time_is_covered_at_all_other_times(clip: Path, found: Regions) -> None:
    report = redact(clip, keep=["t1@0.5-0.95"], regions=found)
    assert report.status == "redacted"
    for frame, now in enumerate(seen(clip.with_name("clip.effaced.mp4"))):
        if 10 <= frame <= 19:
            assert not is_filled(face_in(now, frame))
        else:
            assert is_filled(face_in(now, frame))


def test_a_drawn_zone_that_stays_put_is_filled_throughout(clip: Path, found: Regions) -> None:
    report = redact(clip, draw=["200,8,30,20"], regions=found, policy=UNSEEN)
    assert report.faces == 2
    for now in seen(clip.with_name("clip.effaced.mp4")):
        assert is_filled(now[8:28, 200:230])


def test_a_drawn_zone_that_moves_is_filled_where_it_is(clip: Path, found: Regions) -> None:
    moving = "0,132,16,16@0 0,132,16,16@0.2 200,132,16,16@1.2"
    redact(clip, draw=[moving], regions=found, policy=UNSEEN)
    pictures = seen(clip.with_name("clip.effaced.mp4"))
    for frame in range(5):
        assert is_filled(pictures[frame][132:148, 0:16])
    for frame in range(4, 25):
        x = round((frame - 4) * 10)
        assert is_filled(pictures[frame][133:147, x + 1 : x + 15])
    assert not is_filled(pictures[28][132:148, 200:216])


def test_sound_can_be_left_out(clip: Path, found: Regions) -> None:
    silent = replace(UNSEEN, video=VideoPolicy(audio="drop"))
    report = redact(clip, regions=found, policy=silent)
    assert sound_of(clip.with_name("clip.effaced.mp4")) == []
    assert attempt.VOICE not in report.notes
    assert any("sound was left out" in note for note in report.notes)


def test_a_silent_clip_has_no_note_about_voices(tmp_path: Path, walk_file: Path) -> None:
    silent = write_clip(tmp_path / "silent.mp4", seen(walk_file)[:10], sound=False)
    assert redact(silent).notes == ()


def test_the_same_input_gives_the_same_bytes_when_asked_for(clip: Path, found: Regions) -> None:
    policy = replace(REPRODUCIBLE, rescan=UNSEEN.rescan)
    first = redact(clip, clip.with_name("1.mp4"), regions=found, policy=policy)
    second = redact(clip, clip.with_name("2.mp4"), regions=found, policy=policy)
    assert first.target_sha256 == second.target_sha256


def test_regions_that_were_detected_before_give_the_same_video(clip: Path, found: Regions) -> None:
    direct = redact(clip, clip.with_name("1.mp4"), policy=REPRODUCIBLE)
    given = Regions.from_json(found.to_json())
    report = redact(clip, clip.with_name("2.mp4"), regions=given, policy=REPRODUCIBLE)
    assert report.detector == "none: regions were given"
    assert report.target_sha256 == direct.target_sha256


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"kind": "image"},
        {"width": 320},
        {"frames": FRAMES + 1},
    ],
)
def test_regions_of_another_file_are_refused(
    clip: Path, found: Regions, change: dict[str, Any]
) -> None:
    other = replace(found, media=replace(found.media, **change))
    with pytest.raises(RefusedError):
        redact(clip, regions=other)
    assert names(clip.parent) == {"clip.mp4"}


def test_a_box_outside_the_picture_is_refused(clip: Path, found: Regions) -> None:
    outside = replace(found, tracks=(Track("t1", (Box(0, 500, 4, 20, 20),)),))
    with pytest.raises(RefusedError, match="outside the picture"):
        redact(clip, regions=outside)


def test_a_face_that_given_regions_miss_keeps_the_file_back(clip: Path, found: Regions) -> None:
    with pytest.raises(GateError, match="the rescan saw"):
        redact(clip, regions=elsewhere(found))
    assert names(clip.parent) == {"clip.mp4"}


def test_a_face_that_the_rescan_saw_can_be_accepted_and_is_named(
    clip: Path, found: Regions
) -> None:
    report = redact(clip, regions=elsewhere(found), accept_rescan=True)
    assert report.exit_code == 0
    assert report.rescan is not None and report.rescan.uncovered
    assert any("The user accepted that" in note and "frame 0" in note for note in report.notes)


def test_a_rescan_that_is_switched_off_is_said(clip: Path, found: Regions) -> None:
    off = Policy(rescan=RescanPolicy(enabled=False))
    report = redact(clip, regions=elsewhere(found), policy=off)
    assert report.rescan is None
    assert any("switched off" in note for note in report.notes)


def blind(
    monkeypatch: pytest.MonkeyPatch, misses: Callable[[SeenFrame, Container[int]], bool]
) -> None:
    """Let the analysis miss faces in some frames."""

    def watched(*args: Any, closer: Container[int] = (), **options: Any) -> Iterator[SeenFrame]:
        for look in watch(*args, closer=closer, **options):
            hidden = misses(look, closer)
            nothing = replace(look, boxes=no_boxes(), deep=0, turned=None, picture=None)
            yield nothing if hidden else look

    monkeypatch.setattr(faces, "watch", watched)


def test_a_face_that_only_the_rescan_saw_is_looked_at_closer_and_covered(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind(monkeypatch, lambda look, closer: look.frame not in closer)
    report = redact(short, allow_no_face=True)
    assert report.video is not None and report.video.closer_looks > 0
    assert report.status == "redacted"
    assert report.rescan is not None and report.rescan.uncovered == ()
    # what was true of the first try only is not said of the second
    assert report.notes == (attempt.VOICE,)
    assert names(short.parent) == {"clip.mp4", "clip.effaced.mp4"}
    for frame, now in enumerate(seen(short.with_name("clip.effaced.mp4"))):
        assert is_filled(face_in(now, frame))


def test_a_face_that_stays_unseen_keeps_the_file_back(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind(monkeypatch, lambda look, closer: look.frame > 4)
    monkeypatch.setattr(following, "AHEAD_S", 0.1)
    with pytest.raises(GateError):
        redact(short)
    assert left_beside(short) == set()


def test_frames_once_looked_at_closer_are_looked_at_closer_again(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the rescan of the first try showed must not be forgotten in the third."""
    seen_in = iter([[3], [10], []])
    asked: list[Container[int]] = []

    def rescanned(frames: Iterator[Any], *_: Any, **__: Any) -> Rescanned:
        count = sum(1 for _ in frames)
        face = Detection(1, 1, 9, 9, 0.9)
        return Rescanned(count, count, [(frame, face) for frame in next(seen_in)])

    def watched(*args: Any, closer: Container[int] = (), **options: Any) -> WatchedVideo:
        asked.append(closer)
        return watch_movie(*args, closer=closer, **options)

    monkeypatch.setattr(attempt, "rescan_video", rescanned)
    monkeypatch.setattr(analysis, "watch_movie", watched)
    report = redact(short)
    assert report.video is not None and report.video.closer_looks == 2
    assert [(3 in frames, 10 in frames) for frames in asked] == [
        (False, False), (True, False), (True, True),
    ]  # fmt: skip


def test_a_file_that_fails_verification_is_not_released(
    clip: Path, found: Regions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def see(self: Check, frame: Any) -> None:
        if frame.index == 7:
            raise VerificationError("frame 7 is wrong.")

    monkeypatch.setattr(video, "rehearse", lambda *_, **__: None)
    monkeypatch.setattr(Check, "see", see)
    with pytest.raises(VerificationError, match="frame 7"):
        redact(clip, regions=found)
    assert left_beside(clip) == set()


def test_an_existing_output_survives_a_failed_run(
    clip: Path, found: Regions, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = clip.with_name("clip.effaced.mp4")
    target.write_text("precious")
    with pytest.raises(RefusedError, match="exists"):
        redact(clip)

    def finish(self: Check, again: Any) -> None:
        raise VerificationError("no.")

    monkeypatch.setattr(video, "rehearse", lambda *_, **__: None)
    monkeypatch.setattr(Check, "finish", finish)
    with pytest.raises(VerificationError):
        redact(clip, regions=found, overwrite=True)
    assert target.read_text() == "precious"


def test_damage_is_an_error_unless_it_was_allowed(tmp_path: Path, walk_file: Path) -> None:
    clip = damaged(walk_file, tmp_path / "clip.mp4", lambda index: index == 15)
    with pytest.raises(InputError, match=r"frame \d+"):
        redact(clip)
    assert left_beside(clip) == set()
    report = redact(clip, allow_damaged=True)
    assert report.video is not None and report.video.damaged > 0
    assert any("could not be decoded were replaced" in note for note in report.notes)
    written = seen(clip.with_name("clip.effaced.mp4"))
    assert len(written) == FRAMES
    assert names(tmp_path) == {"clip.mp4", "clip.effaced.mp4"}


def test_the_input_is_never_the_output(clip: Path) -> None:
    before = clip.read_bytes()
    with pytest.raises(RefusedError, match="overwrite the input"):
        redact(clip, clip, overwrite=True)
    assert clip.read_bytes() == before
    assert names(clip.parent) == {"clip.mp4"}


def test_another_container_is_refused(clip: Path) -> None:
    with pytest.raises(RefusedError):
        redact(clip, clip.with_name("out.mkv"))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_disk_that_takes_no_more_is_said(
    clip: Path, found: Regions, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(number, "no more")

    monkeypatch.setattr(attempt, "write_video", full)
    with pytest.raises(OutputError) as error:
        redact(clip, regions=found)
    assert error.value.exit_code == 8
    assert left_beside(clip) == set()


@pytest.mark.parametrize("error", [GateError, VerificationError, RefusedError])
def test_what_an_analysis_saw_is_used_by_the_next_run(
    clip: Path, state: Path, monkeypatch: pytest.MonkeyPatch, error: type[EffaceError]
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise error("stopped.")

    with monkeypatch.context() as patch:
        patch.setattr(attempt, "write_video", fails)
        with pytest.raises(error):
            redact(clip, policy=UNSEEN)
    assert names(clip.parent) == {"clip.mp4"}
    assert len(names(state)) == 1
    report = redact(clip, policy=UNSEEN)
    assert report.video is not None
    looked = FRAMES - report.video.looks.get("none", 0)
    assert report.notes[0].startswith("An earlier run was interrupted: what it saw in")
    assert f" {looked} frames" in report.notes[0]
    assert names(clip.parent) == {"clip.mp4", "clip.effaced.mp4"}


def _dark(picture: Picture) -> Picture:
    return np.asarray(picture // 2)


def test_every_scene_is_covered_to_its_cut(tmp_path: Path, walk_file: Path) -> None:
    """The face jumps at a cut: not one frame beside it may show."""
    walk = seen(walk_file)
    pictures = walk[:12] + [_dark(np.ascontiguousarray(p[:, ::-1])) for p in walk[12:24]]
    clip = write_clip(tmp_path / "clip.mp4", pictures, sound=False)
    report = redact(clip)
    assert report.video is not None and report.video.scenes == 2
    for frame, now in enumerate(seen(tmp_path / "clip.effaced.mp4")):
        shown = now if frame < 12 else np.ascontiguousarray(now[:, ::-1])
        assert is_filled(face_in(shown, frame))
