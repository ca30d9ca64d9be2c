"""Whatever a video's bytes are, only efface's own errors come out; and how deep they got."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.media.hostile import pieces
from tests.media.hostile.mutations import mutated, shortened
from tests.media.hostile.pieces import Layout
from tests.media.hostile.stages import Stage, stage_of, told
from tests.media.video.contract_clips import make
from tests.media.video.contract_clips_list import CLIPS

from efface.errors import EffaceError, InputError, RefusedError
from efface.media import families
from efface.media.families import VIDEO_FAMILIES, Family
from efface.media.video import open_video
from efface.media.video.interface import Movie
from efface.policy import Limits

FILES = 60
LIMITS = Limits(max_megapixels=0.1, max_frames=100)

CONTAINERS: dict[Family, tuple[Layout, tuple[str, ...]]] = {
    families.MP4: (pieces.BOXES, ("mp4-h264", "mp4-mpeg4")),
    families.QUICKTIME: (pieces.BOXES, ("mov-mjpeg", "mov-prores")),
    families.MATROSKA: (pieces.EBML, ("mkv-h264", "mkv-ffv1-grey")),
    families.WEBM: (pieces.EBML, ("webm-vp9-odd", "webm-vp8")),
    families.AVI: (pieces.RIFF, ("avi-mjpeg", "avi-mpeg4")),
    families.MPEG_TS: (pieces.TS, ("ts-h264",)),
}


def test_every_container_is_tried() -> None:
    assert [*CONTAINERS] == [*VIDEO_FAMILIES]


def use(movie: Movie) -> None:
    """All that looking for faces does with a file."""
    movie.findings()
    for frame in movie.frames():
        width, height = movie.size
        assert frame.picture().shape == (height, width, 3)


@pytest.mark.parametrize("family", CONTAINERS, ids=lambda family: family.name)
def test_only_our_errors_come_out(
    family: Family, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    layout, names = CONTAINERS[family]
    clips = [make(tmp_path, replace(CLIPS[name], frames=5), name).read_bytes() for name in names]
    assert all(layout.split(clip) for clip in clips)
    counts: Counter[Stage] = Counter()
    path = tmp_path / f"input{family.suffixes[0]}"

    def start(data: bytes) -> Movie:
        path.write_bytes(data)
        return open_video(path, LIMITS)

    @settings(max_examples=FILES, suppress_health_check=[HealthCheck.nested_given])
    @given(seed=st.integers(0, 2**63))
    def attempt(seed: int) -> None:
        source = clips[seed % len(clips)]
        data = mutated(source, layout, seed)
        counts[stage_of(data, family, source[: layout.header], start, use)] += 1

    attempt()
    record_property("stages", told(counts))
    tried = sum(counts.values())
    assert counts[Stage.SIGNATURE] + counts[Stage.HEADER] < tried / 2, told(counts)
    assert counts[Stage.STRUCTURE] + counts[Stage.DECODING] > tried / 10, told(counts)
    assert counts[Stage.DECODING] + counts[Stage.WHOLE] > tried / 8, told(counts)
    assert counts[Stage.WHOLE] > tried / 20, told(counts)


@pytest.mark.parametrize("family", CONTAINERS, ids=lambda family: family.name)
def test_a_part_that_is_empty_or_cut_is_no_bug(family: Family, tmp_path: Path) -> None:
    layout, names = CONTAINERS[family]
    clip = make(tmp_path, replace(CLIPS[names[0]], frames=2, sounds=(), words=()))
    path = tmp_path / f"input{family.suffixes[0]}"
    tried = refused = 0
    for data in islice(shortened(clip.read_bytes(), layout), 150):
        path.write_bytes(data)
        tried += 1
        try:
            use(open_video(path, LIMITS))
        except EffaceError as error:
            assert isinstance(error, InputError | RefusedError)
            refused += 1
    assert refused > tried / 10 > 0


@pytest.mark.parametrize("length", range(13))
def test_a_table_of_sizes_that_is_cut_is_no_bug(length: int, tmp_path: Path) -> None:
    """What it lacks is not read from what follows it."""
    clip = make(tmp_path, replace(CLIPS["mp4-h264"], frames=2, sounds=()))
    found = pieces.BOXES.split(clip.read_bytes())
    short = [
        replace(piece, body=piece.body[:length]) if piece.name == b"stsz" else piece
        for piece in (*found, pieces.Piece(b"free", b"odd"))
    ]
    assert short != found
    path = tmp_path / "input.mp4"
    path.write_bytes(pieces.BOXES.join(short))
    with pytest.raises((InputError, RefusedError)):
        use(open_video(path, LIMITS))


@pytest.mark.parametrize("family", CONTAINERS, ids=lambda family: family.name)
def test_a_file_taken_apart_is_put_together_again(family: Family, tmp_path: Path) -> None:
    """Otherwise changes under lengths that hold would be changes of everything."""
    layout, names = CONTAINERS[family]
    for name in names:
        clip = make(tmp_path, replace(CLIPS[name], frames=5), name)
        found = layout.split(clip.read_bytes())
        assert len(found) > 5
        again = tmp_path / f"again{clip.suffix}"
        again.write_bytes(layout.join(found))
        use(open_video(again, LIMITS))
