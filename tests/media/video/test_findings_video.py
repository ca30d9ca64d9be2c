"""What videos carry besides pictures and sound is named, never printed."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import av
import pytest
from tests.media.video.clips import box, clip, with_in_moov

from efface.media.trace import Trace
from efface.media.video import open_video
from efface.media.video.carried.stream import stream_findings
from efface.media.video.carried.tags import is_own, tag
from efface.policy import Limits

SECRET = "SECRET-48.8584"


def findings(path: Path) -> dict[str, Trace]:
    found = open_video(path, Limits()).findings()
    assert not any(SECRET in f.detail or SECRET in f.where for f in found)
    return {f.kind: f for f in found}


def rewritten(path: Path, data: bytes) -> Path:
    out = path.with_name("x" + path.name)
    out.write_bytes(data)
    return out


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.avi", "a.ts"])
def test_a_plain_file_with_sound_has_none(tmp_path: Path, name: str) -> None:
    sound = "aac" if name != "a.avi" else "libmp3lame"
    assert findings(clip(tmp_path / name, audio=sound)) == {}


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi"])
def test_tags(tmp_path: Path, name: str) -> None:
    tags = {"title": SECRET, "artist": SECRET, "comment": SECRET, "date": "2024"}
    found = findings(clip(tmp_path / name, metadata=tags, frames=3))
    assert {"description", "date"} <= set(found)
    assert "owner" in found
    assert found["date"].risk == "locates"


def test_creation_time_place_and_maker(tmp_path: Path) -> None:
    made = {"creation_time": "2024-05-01T10:00:00Z", "location": "+48.8584+002.2945/"}
    found = findings(clip(tmp_path / "a.mp4", metadata=made, frames=3))
    assert {"date", "gps"} <= set(found)
    keys = {
        "com.apple.quicktime.location.ISO6709": "+48.8584+002.2945/",
        "com.apple.quicktime.make": SECRET,
        "com.apple.quicktime.software": SECRET,
        "com.apple.quicktime.creationdate": "2024-05-01T10:00:00Z",
        "com.apple.quicktime.content.identifier": SECRET,
    }
    path = clip(
        tmp_path / "a.mov",
        metadata=keys,
        container_options={"movflags": "use_metadata_tags"},
        frames=3,
    )
    assert {"gps", "device", "software", "date", "unique-id"} <= set(findings(path))


def test_track_names(tmp_path: Path) -> None:
    names = {"handler_name": "GoPro AVC", "title": "Ana's camera"}
    assert "track-name" in findings(clip(tmp_path / "a.mp4", stream_metadata=names, frames=3))
    assert "track-name" in findings(clip(tmp_path / "a.mkv", stream_metadata=names, frames=3))


def test_boxes_of_programs(tmp_path: Path) -> None:
    data = clip(tmp_path / "a.mp4", frames=3).read_bytes()
    xmp = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC") + b"<x:xmpmeta exif:GPS='1'/>"
    secret = SECRET.encode()
    extra = {
        "xmp": box(b"uuid", xmp),
        "content-credentials": box(b"uuid", bytes.fromhex("D8FEC3D61B0E483C92975828877EC481")),
        "padding": box(b"free", secret),
        "unknown-box": box(b"abcd", secret),
        "stray-bytes": box(b"mdat", secret),
        "trailing-data": b"\xff\xd8\xff" + secret,
    }
    for kind, piece in extra.items():
        assert kind in findings(rewritten(tmp_path / "a.mp4", data + piece)), kind
    user = {
        "telemetry": box(b"GPMF", secret),
        "gps": box(b"\xa9xyz", struct.pack(">HH", len(secret), 0) + secret),
        "device": box(b"manu", bytes(4) + secret),
        "cover-art": box(b"thmb", secret),
        "chapters": box(b"chpl", b"\1" + bytes(7) + b"\1" + bytes(8) + b"\3Ana"),
        "text": box(b"qqqq", bytes(4) + secret),
    }
    for kind, piece in user.items():
        odd = with_in_moov(data, box(b"udta", piece))
        assert kind in findings(rewritten(tmp_path / "a.mp4", odd)), kind


def test_chapters_and_attachments(tmp_path: Path) -> None:
    text = ("notes.txt", "text/plain", b"words")
    found = findings(clip(tmp_path / "a.mkv", chapters=["Ana"], attachment=text, frames=3))
    assert {"chapters", "attachment"} <= set(found)
    cover = ("cover.jpg", "image/jpeg", b"\xff\xd8\xff\xd9")
    assert "cover-art" in findings(clip(tmp_path / "b.mkv", attachment=cover, frames=3))
    assert "chapters" in findings(clip(tmp_path / "a.mov", chapters=["Ana"], frames=3)) or (
        "further-track" in findings(clip(tmp_path / "a.mov", chapters=["Ana"], frames=3))
    )


def test_frames_that_an_edit_list_hides(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", options={"bf": "0"})
    data = path.read_bytes()
    at = data.index(b"elst") + 4
    assert struct.unpack_from(">II", data, at) == (0, 1)
    cut = bytearray(data)
    struct.pack_into(">Ii", cut, at + 8, 480, 8 * 512)  # from frame 8 on, 12 frames long
    movie = open_video(rewritten(path, bytes(cut)), Limits())
    assert [f.index for f in movie.frames()] == list(range(12))
    (found,) = movie.findings()
    assert (found.kind, found.detail) == ("hidden-frames", "8 frames that are not shown")


def test_hidden_sound(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", audio="aac", audio_frames=100)
    cut = bytearray(path.read_bytes())
    at = cut.rindex(b"elst") + 4
    struct.pack_into(">Ii", cut, at + 8, 500, 48000)
    assert "hidden-sound" in findings(rewritten(path, bytes(cut)))


def test_a_time_code_track(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mov", metadata={"timecode": "10:11:12:13"}, frames=3)
    assert "timecode" in findings(path)


def test_data_inside_the_pictures(tmp_path: Path) -> None:
    gps = b"\6\5" + bytes([16 + len(SECRET)]) + bytes(range(16)) + SECRET.encode() + b"\x80"
    said = b"\6\4\x0b\xb5\0\x31GA94\3\x41\xff\x80"
    x264 = b"\6\5\x11" + bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef") + b"x\x80"
    picture = b"\x65" + bytes(9)

    def packet(*units: bytes, start: bytes = b"") -> av.Packet[Any]:
        parts = ((start or len(u).to_bytes(4, "big")) + u for u in units)
        return av.Packet(b"".join(parts))

    record = b"\1\x64\0\x1f\xff"  # lengths of four bytes
    for start, config in ((b"", record), (b"\0\0\1", b"")):
        found = stream_findings(
            "h264",
            [packet(gps, said, picture, start=start), packet(x264, picture, start=start)],
            config,
        )
        assert [f.kind for f in found] == ["captions", "stream-data"]
    assert stream_findings("h264", [packet(x264, picture)], record) == []
    assert stream_findings("h264", [packet(picture, gps)], record) == []
    # a unit of 256 to 511 bytes: its length begins like a start code
    long = b"\x41" + b"\6\5\x20" + bytes(range(253))
    assert stream_findings("h264", [packet(long, picture)], record) == []
    padded = b"\6\5\xff\x05" + bytes(range(250)) + b"0123456789\x80"
    assert [f.kind for f in stream_findings("h264", [packet(padded, picture)], record)] == [
        "stream-data"
    ]
    user = b"\0\0\1\xb3abc\0\0\1\xb2GA94\3\x41\xff\0\0\1\1slice"
    assert [f.kind for f in stream_findings("mpeg2video", [av.Packet(user)], b"")] == ["captions"]
    obu = b"\x12\0\x2a\x0a\4\xb5\0\x31GA94\3\x41\x32\0"
    assert [f.kind for f in stream_findings("av1", [av.Packet(obu)], b"")] == ["captions"]
    assert stream_findings("vp9", [av.Packet(b"xyz")], b"") == []


def test_avi_chunks(tmp_path: Path) -> None:
    data = clip(tmp_path / "a.avi", codec="mpeg4", frames=3).read_bytes()
    for kind, chunk in (
        ("date", b"IDIT" + struct.pack("<I", 6) + b"MON 01"),
        ("padding", b"JUNK" + struct.pack("<I", 6) + b"SECRET"),
        ("unknown-chunk", b"abcd" + struct.pack("<I", 6) + b"SECRET"),
    ):
        size = struct.pack("<I", len(data) - 8 + len(chunk))
        path = rewritten(tmp_path / "a.avi", data[:4] + size + data[8:] + chunk)
        assert kind in findings(path)
    assert "trailing-data" in findings(rewritten(tmp_path / "a.avi", data + b"SECRET"))


def test_private_packets_of_a_transport_stream(tmp_path: Path) -> None:
    data = clip(tmp_path / "a.ts", frames=3).read_bytes()
    stray = b"\x47\x01\xf0\x10" + bytes(184)
    assert "stray-bytes" in findings(rewritten(tmp_path / "a.ts", data + stray))
    clock = b"\x47\x40\x14\x10\0\x70\x70\5" + bytes(180)
    assert "programme-info" in findings(rewritten(tmp_path / "a.ts", data + clock))


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("©xyz", "gps"),
        ("com.apple.quicktime.location.ISO6709", "gps"),
        ("com.android.model", "device"),
        ("ISFT", "software"),
        ("IART", "owner"),
        ("CREATION_TIME", "date"),
        ("anything", "text"),
    ],
)
def test_names_of_tags(key: str, kind: str) -> None:
    assert tag(key, "here", 3).kind == kind


def test_the_library_itself_is_no_finding() -> None:
    assert is_own(b"Lavf62.1.1\0")
    assert is_own(b"\0\0")
    assert not is_own(b"HandBrake")
