"""Videos: figures of cells of groups of frames, or exact samples, and sound bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from tests.evidence.commitment.contents import KEY
from tests.fillings import MirrorFilling
from tests.media.video.contract_clips import Clip, Sound, make
from tests.media.video.contract_clips_list import CLIPS

from efface.evidence.commitment import Commitment, ProofResult
from efface.evidence.commitment.cells import union_area
from efface.evidence.commitment.video import GROUP, SEGMENT
from efface.evidence.commitment.video_checking import check_video
from efface.evidence.commitment.video_proving import commit_video, prove_video
from efface.geometry import Rect
from efface.media.video import open_video
from efface.media.video.interface import Movie
from efface.media.video.writing import write_video
from efface.policy import Audio, Colour, Limits, VideoPolicy
from efface.zones.filling import ConstantFilling, Filling
from efface.zones.zone import Zone

BLACK = ConstantFilling(Colour(0, 0, 0))
SPOKEN = replace(CLIPS["mp4-h264"], frames=20, keys=(0, 8))
LOSSLESS = replace(CLIPS["mkv-ffv1"], frames=20)


CORNER = Rect(0, 0, 32, 30)
LONG = GROUP * SEGMENT + 24
"""Frames."""


def zones(count: int, rect: Rect = CORNER, first: int = 0) -> tuple[Zone, ...]:
    return tuple(Zone("t", frame, rect, rect) for frame in range(first, count))


def opened(path: Path) -> Movie:
    return open_video(path, Limits())


@dataclass
class Case:
    """A video that was committed to, redacted and proven."""

    source: Path
    target: Path
    zones: tuple[Zone, ...]
    commitment: Commitment
    proof: bytes

    def check(self, path: Path | None = None, zones: Sequence[Zone] | None = None) -> ProofResult:
        own = self.zones if zones is None else zones
        return check_video(self.commitment, self.proof, opened(path or self.target), own).result


def case(
    folder: Path,
    clip: Clip,
    *,
    audio: Audio = "copy",
    covered: Sequence[Zone] = (),
    filling: Filling = BLACK,
) -> Case:
    source, target = make(folder, clip), folder / f"redacted{clip.suffix}"
    movie = opened(source)
    own = tuple(covered) or zones(clip.frames)
    settings = VideoPolicy(audio=audio)
    write_video(movie, target, lambda i: [z for z in own if z.frame == i], filling, settings)
    made = commit_video(movie, KEY)
    proof = prove_video(movie, opened(target), KEY, own, made, copies=settings.copies)
    return Case(source, target, own, made, proof)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case(tmp_path_factory.mktemp("spoken"), SPOKEN)


@pytest.fixture(scope="module")
def lossless(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case(tmp_path_factory.mktemp("lossless"), LOSSLESS)


@pytest.mark.parametrize(
    "name",
    ["mp4-h264-turned", "mp4-h264-full-range", "mov-prores", "mkv-h264", "webm-vp9-odd",
     "avi-mpeg4-mp3", "ts-h264", "mkv-ffv1-rgb", "mkv-ffv1-grey", "mp4-h264-vfr", "mp4-hevc-hdr10",
     "mkv-h264-odd", "mov-h264-422", "mp4-av1"],
)  # fmt: skip
def test_what_efface_writes_is_proven(name: str, tmp_path: Path) -> None:
    one = case(tmp_path, CLIPS[name])
    result = one.check()
    assert result.ok, result.says
    assert 0 < result.hidden < result.proven


@pytest.mark.parametrize("name", ["mp4-h264", "mkv-ffv1"])
def test_one_frame_of_few_pixels(name: str, tmp_path: Path) -> None:
    clip = replace(CLIPS[name], frames=1, size=(18, 16), keys=(0,), sounds=())
    corner = Rect(0, 0, 2, 2)
    one = case(tmp_path, clip, covered=zones(1, corner))
    result = one.check()
    assert result.ok, result.says
    assert result.share == 0  # the one leaf is hidden: what little is proven is said
    assert one.check(one.source, ()).failure == "more-hidden"


@pytest.fixture(scope="module")
def long_clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """Longer than a segment."""
    clips = {
        "video-figures": replace(CLIPS["mp4-mpeg4"], frames=LONG, size=(32, 32), keys=(0,)),
        "video-exact": replace(CLIPS["mkv-ffv1"], frames=LONG, size=(32, 32), sounds=()),
    }
    own = zones(LONG, Rect(0, 0, 16, 16), first=LONG - 40)
    return {
        kind: case(tmp_path_factory.mktemp(kind), clip, covered=own) for kind, clip in clips.items()
    }


@pytest.mark.parametrize("kind", ["video-figures", "video-exact"])
def test_a_video_of_more_than_a_segment(kind: str, long_clips: dict[str, Case]) -> None:
    one = long_clips[kind]
    assert one.commitment.kind == kind
    result = one.check()
    assert result.ok, result.says
    groups = -(-LONG // GROUP)
    assert result.hidden == 40 // GROUP + (1 if 40 % GROUP else 0)
    assert result.proven + result.hidden == 4 * groups
    late = zones(LONG, Rect(0, 0, 16, 16), first=LONG - 32)
    assert one.check(zones=late).failure == "more-hidden"
    assert one.check(zones=late).where == f"frames {LONG - 40} to {LONG - 33}, x 0 to 15, y 0 to 15"


def test_a_change_past_the_first_segment_is_found_where_it_is(
    long_clips: dict[str, Case], tmp_path: Path
) -> None:
    def change(frame: int, luma: Any) -> None:
        if frame == LONG - 1:
            luma[31, 2 * 31] ^= 1

    one = long_clips["video-exact"]
    result = one.check(redrawn(one.target, tmp_path / "forged.mkv", change))
    assert result.where == f"frames {LONG - 8} to {LONG - 1}, x 16 to 31, y 16 to 31"


@pytest.mark.parametrize("name", ["mp4-h264-turned", "webm-vp9-odd", "mkv-ffv1", "mkv-ffv1-rgb"])
def test_so_is_what_more_than_one_colour_fills(name: str, tmp_path: Path) -> None:
    one = case(tmp_path, CLIPS[name], filling=MirrorFilling())
    result = one.check()
    assert result.ok, result.says
    assert result.hidden > 0
    assert not one.check(zones=()).ok


def test_what_it_says(spoken: Case) -> None:
    result = spoken.check()
    assert result.ok
    assert spoken.commitment.kind == "video-figures"
    assert result.says.startswith("In 60 of 72 blocks of about 16x16 pixels and 8 frames, ")
    assert "mean brightness is within 6 of 255" in result.says
    assert "1 tracks of sound or subtitles are the same bit for bit" in result.says
    assert "fainter changes" in result.does_not_say
    assert (result.proven, result.hidden) == (60 + 1, 4 * 3)
    assert result.ring == (32 * 32 - 32 * 30) * 20
    assert result.share == 1 - 32 * 2 / (96 * 64 - 32 * 30)


def test_what_it_says_of_a_lossless_one(lossless: Case) -> None:
    result = lossless.check()
    assert result.ok
    assert lossless.commitment.kind == "video-exact"
    assert "every sample is that of the committed original" in result.says
    assert "fainter" not in result.does_not_say


def redrawn(source: Path, target: Path, change: Any) -> Path:
    """The video again, with a change to the pixels of each frame; sound is copied."""
    movie = opened(source)

    class Altered(type(movie)):  # type: ignore[misc]
        def frames(self, *, allow_damaged: bool = False) -> Any:
            for frame in movie.frames():
                frame.native.make_writable()
                luma = np.frombuffer(memoryview(frame.native.planes[0]), np.uint8)
                lines = luma.reshape(-1, frame.native.planes[0].line_size)
                lines.flags.writeable = True
                change(frame.index, lines)
                yield frame

    altered = object.__new__(Altered)
    altered.__dict__.update(movie.__dict__)
    write_video(altered, target, lambda _: (), BLACK, VideoPolicy())
    return target


def test_one_frame_outside_the_zones(spoken: Case, tmp_path: Path) -> None:
    """By a stranger, who has to encode the video again."""

    def change(frame: int, luma: Any) -> None:
        if frame == 13:
            luma[48:64, 64:80] ^= 0x40

    forged = redrawn(spoken.target, tmp_path / "forged.mp4", change)
    result = spoken.check(forged)
    assert result.failure == "changed"
    assert "not the video that was proven" in result.says


def test_one_sample_of_a_lossless_video(lossless: Case, tmp_path: Path) -> None:
    def change(frame: int, luma: Any) -> None:
        if frame == 17:
            luma[63, 2 * 95] ^= 1

    forged = redrawn(lossless.target, tmp_path / "forged.mkv", change)
    result = lossless.check(forged)
    assert result.failure == "changed"
    assert result.where == "frames 16 to 19, x 80 to 95, y 48 to 63"


@pytest.mark.parametrize("kind", ["spoken", "lossless"])
def test_no_byte_of_a_proof_can_be_another(kind: str, request: pytest.FixtureRequest) -> None:
    one: Case = request.getfixturevalue(kind)
    size = len(one.proof) // 2  # bits that only fill up corrections, at the end, say nothing
    rng = np.random.default_rng(1)
    for at in (0, 20, 60, size - 1, *rng.integers(0, size, 12).tolist()):
        data = bytearray(one.proof)
        data[at] ^= 1 << int(rng.integers(8))
        result = replace(one, proof=bytes(data)).check()
        assert not result.ok, at
    for cut in (one.proof[:-1], one.proof + b"\0", one.proof[:99], b""):
        assert replace(one, proof=cut).check().failure in ("damaged", "changed")


def test_zones_that_moved_after_signing(spoken: Case) -> None:
    moved = zones(20, Rect(64, 0, 96, 30))
    assert spoken.check(zones=moved).failure == "more-hidden"
    wider = zones(20, Rect(0, 0, 48, 30))
    result = spoken.check(zones=wider)
    assert result.failure == "less-hidden"
    assert result.where == "frames 0 to 7, x 32 to 47, y 0 to 15"
    shorter = [zone for zone in spoken.zones if zone.frame < 16]
    assert spoken.check(zones=shorter).failure == "more-hidden"
    stray = [*spoken.zones, *zones(99, first=90)]
    assert spoken.check(zones=stray).ok


def test_other_sound(spoken: Case, tmp_path: Path) -> None:
    """The packets of one track, one byte of which is another."""
    forged = tmp_path / "forged.mp4"
    data = bytearray(spoken.target.read_bytes())
    with av.open(str(spoken.target)) as file:
        packet = next(p for p in file.demux(audio=0) if p.size > 20)
        assert packet.pos is not None
        data[packet.pos + 12] ^= 1
    forged.write_bytes(data)
    result = spoken.check(forged)
    assert (result.failure, result.where) == ("changed", "audio track 0")


def test_sound_that_was_left_out(tmp_path: Path) -> None:
    one = case(tmp_path, SPOKEN, audio="drop")
    result = one.check()
    assert result.ok
    assert "1 tracks of sound or subtitles were left out or encoded anew" in result.does_not_say
    assert "same bit for bit" not in result.says
    assert one.commitment.parameters["tracks"] == [["audio", "aac"]]
    # with the sound back in, the proof hides what no statement says that it hides
    loud = one.check(one.source)
    assert (loud.failure, loud.where) == ("more-hidden", "audio track 0")


def test_sound_that_was_encoded_anew(tmp_path: Path) -> None:
    sounds = (Sound("ac3"), Sound("aac", "fra"))
    one = case(tmp_path, replace(SPOKEN, sounds=sounds), audio="aac")
    result = one.check()
    assert result.ok
    assert "1 tracks of sound or subtitles are the same bit for bit" in result.says
    assert "1 tracks of sound or subtitles were left out or encoded anew" in result.does_not_say
    loud = one.check(one.source)
    assert (loud.failure, loud.where) == ("more-hidden", "audio track 0")


def test_sound_that_somebody_else_encoded_anew(tmp_path: Path) -> None:
    one = case(tmp_path, replace(SPOKEN, sounds=(Sound("ac3"),)))
    anew = tmp_path / "anew.mp4"
    write_video(opened(one.target), anew, lambda _: (), BLACK, VideoPolicy(audio="aac"))
    result = one.check(anew)
    assert (result.failure, result.where) == ("less-hidden", "audio track 0")


def test_sound_that_somebody_else_took_took_away(spoken: Case, tmp_path: Path) -> None:
    mute = tmp_path / "mute.mp4"
    write_video(opened(spoken.target), mute, lambda _: (), BLACK, VideoPolicy(audio="drop"))
    result = spoken.check(mute)
    assert (result.failure, result.where) == ("less-hidden", "audio track 0")


def test_other_times_frames_and_sizes(spoken: Case, tmp_path: Path) -> None:
    clips = {
        "times": replace(SPOKEN, times=(*range(0, 512 * 19, 512), 512 * 30)),
        "frames, times": replace(SPOKEN, frames=19),
        "size, leaf": replace(SPOKEN, size=(112, 64)),
        "colour": replace(SPOKEN, colours=(1, 1, 1, 1)),
        "orientation": replace(SPOKEN, rotation=90),
        "tracks": replace(SPOKEN, sounds=(*SPOKEN.sounds, *SPOKEN.sounds)),
    }
    for number, (what, clip) in enumerate(clips.items()):
        result = spoken.check(make(tmp_path, clip, str(number)))
        assert result.failure == "another-picture", what
        assert result.says == f"The file differs from what was committed in its {what}."


@pytest.mark.parametrize("tracks", [None, "audio", [["audio"]], [[1, 2]], {"a": 1}])
@pytest.mark.parametrize("frames", [20, None, "20", -1, 0, True, 1 << 80])
def test_hostile_parameters_in_a_commitment(spoken: Case, tracks: object, frames: object) -> None:
    parameters = {**spoken.commitment.parameters, "tracks": tracks, "frames": frames}
    other = replace(spoken.commitment, parameters=parameters)
    result = check_video(other, spoken.proof, opened(spoken.target), spoken.zones).result
    assert result.failure in ("another-picture", "damaged", "not-of-root")


def test_the_area_of_several_rectangles() -> None:
    rects = [Rect(0, 0, 10, 10), Rect(5, 5, 15, 15), Rect(20, 0, 21, 1), Rect(5, 5, 15, 15)]
    assert union_area(rects) == 100 + 75 + 1
    assert union_area([]) == 0
