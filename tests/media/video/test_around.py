"""How a video lies on the sphere: read from every container, and written anew by its numbers."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.panoramas import ground
from tests.walks import write_clip

from efface.errors import RefusedError
from efface.media.isobmff.boxes import packed, packed_full
from efface.media.video import open_video
from efface.media.video.carried import around
from efface.media.video.carried.around import Around, Newer, Older
from efface.media.video.interface import Movie
from efface.media.video.isosphere import put_around
from efface.media.video.writing import write_video
from efface.policy import Colour, Limits, VideoPolicy
from efface.sphere.projection import Projection
from efface.zones.filling import ConstantFilling

SIZE = (192, 96)
QUARTER = 1 << 30
XML = (
    b'<rdf:SphericalVideo xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    b'xmlns:GSpherical="http://ns.google.com/videos/1.0/spherical/">'
    b"<GSpherical:Spherical>true</GSpherical:Spherical>"
    b"<GSpherical:Stitched>true</GSpherical:Stitched>"
    b"<GSpherical:StitchingSoftware>secret person</GSpherical:StitchingSoftware>"
    b"<GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType>%s"
    b"</rdf:SphericalVideo>"
)
SAID = {
    "whole": Around(newer=Newer()),
    "turned, above each other": Around(1, Newer((65536, -32768, 6554))),
    "half, side by side": Around(2, Newer(bounds=(0, 0, QUARTER, QUARTER))),
    "cube map": Around(0, Newer(bounds=None, padding=2)),
    "before": Around(older=Older("top-bottom", (12, -5, None))),
    "both": Around(0, Newer(), Older("mono")),
    "two flat views": Around(2),
}


def clip(path: Path) -> Path:
    pictures = [ground(*SIZE) for _ in range(3)]
    return write_clip(path, pictures, sound=True)


def remuxed(source: Path, target: Path) -> Path:
    """By FFmpeg, which reads what the source says and writes it in its own way."""
    with av.open(str(source)) as file, av.open(str(target), "w") as out:
        stream: Any = file.streams.video[0]
        made = out.add_stream_from_template(stream, opaque=True)
        for packet in file.demux(stream):
            if packet.dts is not None:
                packet.stream = made
                out.mux_one(packet)
    return target


def written(movie: Movie, target: Path) -> Movie:
    write_video(movie, target, lambda _: (), ConstantFilling(Colour(0, 0, 0)), VideoPolicy())
    return open_video(target, Limits())


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
@pytest.mark.parametrize("ending", ["mp4", "mov"])
def test_it_stays_in_the_written_file(said: Around, ending: str, tmp_path: Path) -> None:
    source = clip(tmp_path / f"in.{ending}")
    put_around(source, said)
    movie = open_video(source, Limits())
    assert movie.around == said
    again = written(movie, tmp_path / f"out.{ending}")
    assert again.around == said
    assert again.findings() == ()
    assert len(list(again.frames())) == 3


@pytest.mark.parametrize("name", ["whole", "turned, above each other", "half, side by side",
                                  "cube map", "two flat views"])  # fmt: skip
def test_another_reader_takes_it_and_matroska_keeps_it(name: str, tmp_path: Path) -> None:
    source = clip(tmp_path / "in.mp4")
    put_around(source, SAID[name])
    movie = open_video(remuxed(source, tmp_path / "other.mkv"), Limits())
    stereo, newer = SAID[name].stereo, SAID[name].newer
    assert movie.around.newer == (newer and replace(newer, padding=movie.around.newer.padding))  # type: ignore[union-attr]
    assert (movie.around.stereo or 0) == (stereo or 0)
    assert written(movie, tmp_path / "out.mkv").around == movie.around


def test_the_header_may_lie_before_the_pictures(tmp_path: Path) -> None:
    first = tmp_path / "first.mp4"
    with (
        av.open(str(clip(tmp_path / "in.mp4"))) as file,
        av.open(str(first), "w", container_options={"movflags": "+faststart"}) as out,
    ):
        stream: Any = file.streams.video[0]
        made = out.add_stream_from_template(stream)
        for packet in file.demux(stream):
            if packet.dts is not None:
                packet.stream = made
                out.mux_one(packet)
    before = [frame.native.to_ndarray() for frame in open_video(first, Limits()).frames()]
    put_around(first, SAID["both"])
    movie = open_video(first, Limits())
    assert movie.around == SAID["both"]
    after = [frame.native.to_ndarray() for frame in movie.frames()]
    assert all((a == b).all() for a, b in zip(before, after, strict=True))


def test_the_xml_of_before_is_read_and_its_words_are_dropped() -> None:
    read = around.of_packet(XML % b"<GSpherical:StereoMode>left-right</GSpherical:StereoMode>")
    assert read.older == Older("left-right")
    assert b"secret" not in read.track_boxes()
    assert around.of_packet(read.track_boxes()) == read


def test_a_cropped_area_of_before_is_read() -> None:
    area = dict(zip(around._AREA, (4000, 2000, 2000, 1000, 1000, 500), strict=True))
    said = "".join(f"<GSpherical:{k}>{v}</GSpherical:{k}>" for k, v in area.items())
    read = around.of_packet(XML % said.encode())
    assert read.projection == Projection(left=0.25, right=0.25, top=0.25, bottom=0.25)


def test_boxes_are_those_of_the_standard() -> None:
    """Spherical Video V2 RFC, 'sv3d' and 'st3d', put together by hand."""
    equi = packed_full(b"equi", 0, 0, struct.pack(">4I", 0, 0, QUARTER, QUARTER))
    pose = packed_full(b"prhd", 0, 0, struct.pack(">3i", 1, 2, 3))
    svhd = packed_full(b"svhd", 0, 0, b"some camera\0")
    data = packed_full(b"st3d", 0, 0, b"\2") + packed(b"sv3d", svhd, packed(b"proj", pose, equi))
    read = around.of_entry(data, 0, len(data))
    assert read == Around(2, Newer((1, 2, 3), (0, 0, QUARTER, QUARTER)))
    assert read.projection == Projection(stereo="left-right", left=0.25, right=0.25)
    assert b"camera" not in read.entry_boxes()


@pytest.mark.parametrize("kind", [
    packed_full(b"mshp", 0, 0, bytes(8)),
    packed_full(b"cbmp", 0, 0, struct.pack(">2I", 1, 0)),
    packed_full(b"equi", 0, 0, struct.pack(">4I", 0, 0, 3 * QUARTER, 3 * QUARTER)),
    b"",
])  # fmt: skip
def test_other_projections_are_refused(kind: bytes, tmp_path: Path) -> None:
    box = packed(b"sv3d", packed(b"proj", packed_full(b"prhd", 0, 0, bytes(12)), kind))
    assert around.of_entry(box, 0, len(box)).refused

    class Said(Around):
        def entry_boxes(self) -> bytes:
            return box

    path = clip(tmp_path / "in.mp4")
    put_around(path, Said())
    with pytest.raises(RefusedError, match="all-round") as error:
        open_video(path, Limits())
    assert "equirectangular" in str(error.value.hint)


def test_a_projection_in_quicktimes_own_way_is_refused() -> None:
    for kind, refused in ((b"hequ", True), (b"fish", True), (b"rect", False)):
        box = packed(b"vexu", packed(b"proj", packed_full(b"prji", 0, 0, kind)))
        assert (around.of_entry(box, 0, len(box)).refused is not None) is refused


@given(st.binary(max_size=200))
def test_hostile_bytes_never_fail(data: bytes) -> None:
    for read in (
        around.of_entry(data, 0, len(data)),
        around.of_packet(data),
        around.of_packet(XML % data),
        around.of_entry(packed(b"sv3d", packed(b"proj", data)), 0, len(data) + 16),
    ):
        assert isinstance(read.projection, Projection | None)
