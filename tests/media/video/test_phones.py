"""What phones and cameras write beside the picture that every player shows."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from tests.media.video.clips import box, clip, scene
from tests.media.video.contract_clips import packets
from tests.media.video.test_healthy import done, times

from efface.errors import RefusedError
from efface.media.video import open_video
from efface.media.video.carried.dolby import Dolby
from efface.media.video.ticks import Ticks, level_one
from efface.policy import Limits

PQ, HLG = 16, 18
MASTER = "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"


def hevc(path: Path, transfer: int, params: str = "") -> Path:
    """A clip of 10 bits in the colours of BT.2020."""
    with av.open(str(path), "w") as out:
        quick = f"log-level=none:keyint=8:bframes=2{params}"
        stream: Any = out.add_stream("libx265", rate=25, options={"preset": "ultrafast"})
        stream.options = {"preset": "ultrafast", "x265-params": quick}
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p10le"
        colours = (9, transfer, 9, 1)
        context = stream.codec_context
        (context.color_primaries, context.color_trc, context.colorspace,
         context.color_range) = colours  # fmt: skip
        for index in range(8):
            rgb = av.VideoFrame.from_ndarray(scene(index), "rgb24")
            frame: Any = rgb.reformat(format="yuv420p10le", dst_color_range=1)
            (frame.color_primaries, frame.color_trc, frame.colorspace,
             frame.color_range) = colours  # fmt: skip
            frame.pts, frame.time_base = index, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def with_units(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """The coded pictures changed, all else copied."""
    made = path.with_name(f"units-{path.name}")
    with av.open(str(path)) as file, av.open(str(made), "w") as out:
        stream = out.add_stream_from_template(file.streams.video[0], opaque=True)
        for old in file.demux(video=0):
            if old.size:
                new: av.Packet[Any] = av.Packet(change(bytes(old)))
                new.stream, new.time_base = stream, old.time_base
                new.pts, new.dts, new.duration = old.pts, old.dts, old.duration
                new.is_keyframe = old.is_keyframe
                out.mux(new)
    return made


def with_entry_box(path: Path, extra: bytes, entry: bytes | None = None) -> Path:
    """Boxes put before the decoder's record; the sample entry renamed if asked for."""
    data = bytearray(path.read_bytes())
    at = data.index(b"hvcC") - 4
    own = b"hev1" if b"hev1" in data else b"hvc1"
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", own):
        place = data.rindex(kind, 0, at) - 4
        size = int.from_bytes(data[place : place + 4], "big") + len(extra)
        data[place : place + 4] = size.to_bytes(4, "big")
    data[at:at] = extra
    path.write_bytes(data.replace(own, entry or own))
    return path


def unit(kind: int, payload: bytes, layer: int = 0) -> bytes:
    """A unit of HEVC with its length before it."""
    inside = (kind << 9 | layer << 3 | 1).to_bytes(2, "big") + payload
    return len(inside).to_bytes(4, "big") + inside


def record(profile: int, compatible: int) -> bytes:
    head = bytes([1, 0]) + (profile << 9 | 6 << 3 | 5).to_bytes(2, "big")
    return box(b"dvvC", head + bytes([compatible << 4]) + bytes(19))


RPU = unit(62, bytes.fromhex("1908090a6a4000c0") + bytes(range(1, 30)))
HDR10_PLUS = bytes.fromhex("b5003c00010401400000fa00") + bytes(40)
"""Of one window, with all its values zero."""


def escaped(payload: bytes) -> bytes:
    """So that no start code shows in it (ITU-T H.265, 7.4.2)."""
    out = bytearray()
    for byte in payload:
        if out[-2:] == b"\0\0" and byte <= 3:
            out.append(3)
        out.append(byte)
    return bytes(out)


SEI = unit(39, escaped(bytes([4, len(HDR10_PLUS)]) + HDR10_PLUS + b"\x80"))


@pytest.mark.parametrize(
    ("transfer", "compatible", "base"), [(HLG, 4, "HLG"), (PQ, 1, "HDR10"), (1, 2, "SDR")]
)
def test_dolby_vision_leaves_its_base_layer(
    tmp_path: Path, transfer: int, compatible: int, base: str
) -> None:
    source = with_units(hevc(tmp_path / "a.mp4", transfer), lambda data: data + RPU)
    with_entry_box(source, record(8, compatible))
    out, target = done(source)
    assert [f.kind for f in out.dropped] == ["dynamic-hdr"]
    assert base in out.dropped[0].detail
    assert any("Dolby Vision" in note and f"the {base} picture" in note for note in out.notes)
    assert b"dvvC" not in target.read_bytes() and RPU[4:] not in target.read_bytes()
    with av.open(str(target)) as file:
        assert next(file.decode(video=0)).color_trc == transfer


def test_the_record_of_dolby_vision_in_matroska_goes(tmp_path: Path) -> None:
    plain = with_entry_box(hevc(tmp_path / "a.mp4", HLG), record(8, 4))
    source = tmp_path / "a.mkv"
    with av.open(str(plain)) as file, av.open(str(source), "w") as out:
        stream = out.add_stream_from_template(file.streams.video[0], opaque=True)
        for packet in file.demux(video=0):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    assert b"dvvC" in source.read_bytes()
    written_, target = done(source)
    assert [f.kind for f in written_.dropped] == ["dynamic-hdr"]
    assert b"dvvC" not in target.read_bytes()
    assert sums_hold(target)


def test_layers_that_no_record_announces_are_named(tmp_path: Path) -> None:
    plain = hevc(tmp_path / "a.mp4", HLG)
    second = unit(1, bytes(range(40, 90)), layer=1)
    source = with_units(plain, lambda data: data + second + RPU)
    out, target = done(source)
    assert sorted(f.kind for f in out.dropped) == ["dynamic-hdr", "second-view"]
    assert RPU[4:] not in target.read_bytes()


def sums_hold(path: Path) -> bool:
    """The checksums of the header's parts of a Matroska file."""
    data = bytearray(path.read_bytes())
    parts = [level_one(data, kind) for kind in (0x1549A966, 0x1654AE6B)]
    return all(
        part is not None
        and data[part.inside : part.inside + 2] == b"\xbf\x84"
        and zlib.crc32(data[part.inside + 6 : part.end])
        == int.from_bytes(data[part.inside + 2 : part.inside + 6], "little")
        for part in parts
    )


def test_dolby_vision_without_a_base_layer_is_refused(tmp_path: Path) -> None:
    source = with_entry_box(hevc(tmp_path / "a.mp4", 2), record(5, 0), b"dvh1")
    with pytest.raises(RefusedError, match="wrong colours"):
        open_video(source, Limits())


def test_the_record_of_dolby_vision() -> None:
    assert Dolby.parse(record(8, 4)[8:]) == Dolby(8, "HLG")
    assert Dolby.parse(record(7, 6)[8:]) == Dolby(7, "HDR10")
    assert Dolby.parse(record(5, 0)[8:]) == Dolby(5, None)
    assert Dolby.parse(b"\1\0\x10") == Dolby(0, None)


def test_hdr10_plus_leaves_hdr10(tmp_path: Path) -> None:
    static = hevc(tmp_path / "a.mp4", PQ, f":{MASTER}:max-cll=1000,400:hdr10=1")
    source = with_units(static, lambda data: SEI + data)
    out, target = done(source)
    assert [f.kind for f in out.dropped] == ["dynamic-hdr"]
    assert any("HDR10+" in note for note in out.notes)
    with av.open(str(target)) as file:
        frame = next(file.decode(video=0))
    found: Any = frame.side_data
    kinds = {data.type.name for data in found}
    assert {"MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"} <= kinds
    assert HDR10_PLUS[:7] not in target.read_bytes()


def test_of_spatial_video_the_flat_view_is_written(tmp_path: Path) -> None:
    second = unit(1, bytes(range(40, 90)), layer=1)
    source = with_units(hevc(tmp_path / "a.mov", 1), lambda data: data + second)
    eyes = box(b"vexu", box(b"eyes", box(b"stri", bytes([0, 0, 0, 0, 3]))))
    with_entry_box(source, box(b"lhvC", bytes.fromhex("01f000fccf00")) + eyes)
    out, target = done(source)
    assert [f.kind for f in out.dropped] == ["second-view"]
    assert any("spatial" in note for note in out.notes)
    data = target.read_bytes()
    assert second[4:] not in data
    assert not any(kind in data for kind in (b"lhvC", b"vexu", b"stri", b"st3d"))
    assert b"vexu" in source.read_bytes()


def with_sound(path: Path, form: str, codec: str, sound: str) -> Path:
    """A clip with made-up packets of telephone sound."""
    with av.open(str(path), "w", format=form) as out:
        video: Any = out.add_stream(codec, rate=15)
        video.width, video.height, video.pix_fmt = 176, 144, "yuv420p"
        track: Any = out.add_mux_stream(sound, rate=8000)
        track.time_base = Fraction(1, 8000)
        for index in range(6):
            grey = np.full((144, 176, 3), 40 * index, np.uint8)
            out.mux(video.encode(av.VideoFrame.from_ndarray(grey, "rgb24")))
        out.mux(video.encode(None))
        for index in range(20):
            packet: av.Packet[Any] = av.Packet(
                b"\x3c" + bytes((index * 7 + k) % 256 for k in range(31))
            )
            packet.stream, packet.time_base, packet.is_keyframe = track, Fraction(1, 8000), True
            packet.pts, packet.dts, packet.duration = 160 * index, 160 * index, 160
            out.mux(packet)
    return path


@pytest.mark.parametrize(("name", "codec"), [("a.3gp", "h263"), ("b.mp4", "libx264")])
def test_amr(tmp_path: Path, name: str, codec: str) -> None:
    source = with_sound(tmp_path / name, "3gp", codec, "amr_nb")
    if source.suffix == ".mp4":
        data = source.read_bytes()
        source.write_bytes(data[:8] + b"mp42" + data[12:])
    out, target = done(source)
    assert packets(target) == packets(source)
    assert target.read_bytes()[8:11] == b"3gp"
    assert any("Written as 3GP" in note for note in out.notes) == (source.suffix == ".mp4")


def test_g711_in_mp4(tmp_path: Path) -> None:
    made = clip(tmp_path / "a.mov", audio="pcm_mulaw").read_bytes()
    source = tmp_path / "a.mp4"
    source.write_bytes(made.replace(b"ftypqt  ", b"ftypmp42", 1))
    assert open_video(source, Limits()).format == "MP4"
    out, target = done(source)
    assert packets(target) == packets(source)
    assert any("Written as QuickTime" in note and "pcm_mulaw" in note for note in out.notes)


def test_an_aspect_in_the_box_that_the_bitstream_contradicts(tmp_path: Path) -> None:
    source = clip(tmp_path / "a.mp4", frames=6)
    data = bytearray(source.read_bytes())
    at = data.index(b"avcC") - 4
    extra = box(b"pasp", (4).to_bytes(4, "big") + (3).to_bytes(4, "big"))
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1"):
        place = data.rindex(kind, 0, at) - 4
        size = int.from_bytes(data[place : place + 4], "big") + len(extra)
        data[place : place + 4] = size.to_bytes(4, "big")
    data[at:at] = extra
    source.write_bytes(data)
    _, target = done(source)
    with av.open(str(target)) as file:
        stream = file.streams.video[0]
        assert stream.sample_aspect_ratio == Fraction(4, 3)
        assert stream.codec_context.sample_aspect_ratio == Fraction(4, 3)


@pytest.mark.parametrize("suffix", [".avi", ".ts", ".mp4"])
def test_mpeg4_that_states_its_colours(tmp_path: Path, suffix: str) -> None:
    bits = "1" + "0101" + "001" + "0001" + "1" + "101" + "0" + "1" + f"{1:08b}" * 3 + "0"
    bits += "1" * (-len(bits) % 8)
    header = b"\0\0\1\xb5" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    plain = clip(tmp_path / f"a{suffix}", codec="mpeg4", frames=6, options={"bf": "0"})

    def state(data: bytes) -> bytes:
        at = data.find(b"\0\0\1\xb5")
        return data if at < 0 else data[:at] + header + data[at + 6 :]

    source = with_units(plain, state)
    if suffix == ".mp4":  # the headers lie in the index
        source.write_bytes(plain.read_bytes().replace(b"\0\0\1\xb5\xa9\x13", b"\0\0\1\xb5\xa9\x13"))
    _, target = done(source)
    with av.open(str(source)) as before, av.open(str(target)) as after:
        old, new = (next(file.decode(video=0)) for file in (before, after))
        assert (new.color_primaries, new.colorspace) == (old.color_primaries, old.colorspace)
        assert suffix == ".mp4" or old.color_primaries == 1


def test_a_matroska_file_that_does_not_count_in_milliseconds(tmp_path: Path) -> None:
    source = clip(tmp_path / "a.mkv", frames=8, audio="flac")
    data = bytearray(source.read_bytes())
    at = data.index(b"\x2a\xd7\xb1\x83") + 4
    data[at : at + 3] = (100_000).to_bytes(3, "big")
    crc = data.index(b"\xbf\x84", data.index(b"\x15\x49\xa9\x66"))
    data[crc : crc + 6] = b"\xec\x84" + bytes(4)  # void in place of a checksum that holds no more
    source.write_bytes(data)
    _, target = done(source)
    assert times(target) == times(source)
    assert times(target)[1] == Fraction(4, 1000)
    assert sums_hold(target)
    assert packets(target) == packets(source)


@pytest.mark.parametrize(
    ("base", "length"),
    [
        (Fraction(1, 1000), None),
        (Fraction(1, 25), 10_000_000),
        (Fraction(33_366_666, 10**9), 16_683_333),
        (Fraction(1, 90_000), None),
    ],
)
def test_the_length_of_a_tick(base: Fraction, length: int | None) -> None:
    class Stub:
        class coding:
            time_base = base

    ticks = Ticks.of(Stub(), "matroska")  # type: ignore[arg-type]
    assert (None if ticks is None else ticks.length) == length
    assert Ticks.of(Stub(), "mp4") is None  # type: ignore[arg-type]
