"""What a redacted file carries is found where it was planted, and not where efface wrote it."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.attack.pairs import Pixels, pair_of
from tests.media.jpeg import canary
from tests.media.pngs import chunk
from tests.walks import FACE, place, walk, write_clip

import efface
from efface.attack.interface import Leak
from efface.attack.leaks.carried import Carried, shared_bytes
from efface.attack.leaks.interface import FileCase
from efface.regions import Box, Media, Regions, Track

FACE_BOX = Box(0, 90.0, 33.0, 45.0, 54.0)


def boxed(portrait: Pixels) -> Pixels:
    out = portrait.copy()
    out[20:100, 70:155] = 0
    return out


def coded(pixels: Pixels, form: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form, **options)
    return out.getvalue()


def small(pixels: Pixels, side: int = 64) -> Pixels:
    return np.asarray(Image.fromarray(pixels).resize((side, side), Image.Resampling.LANCZOS))


def pair(tmp_path: Path, portrait: Pixels, redacted: bytes, ending: str = "jpg") -> FileCase:
    one, other = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    one.write_bytes(coded(portrait, "JPEG" if ending == "jpg" else "PNG"))
    other.write_bytes(redacted)
    return pair_of(one, other, [FACE_BOX])


def found(made: FileCase) -> dict[str, Leak]:
    return {leak.kind: leak for leak in Carried().search(made)}


def test_a_thumbnail_of_the_face_is_proven(tmp_path: Path, portrait: Pixels) -> None:
    thumbnail = coded(small(portrait))
    jpeg = coded(boxed(portrait))
    parts = {
        "at the end": jpeg + thumbnail,
        "in a segment": jpeg[:2] + b"\xff\xe5" + struct.pack(">H", len(thumbnail) + 2)
        + thumbnail + jpeg[2:],
        "cropped": jpeg + coded(small(portrait[10:130, 50:200], 80)),
        "turned": jpeg + coded(np.ascontiguousarray(np.rot90(small(portrait)))),
    }  # fmt: skip
    for name, data in parts.items():
        leak = found(pair(tmp_path, portrait, data))["shown-face"]
        assert leak.fails and "face t1" in leak.detail, name


def test_a_thumbnail_of_the_redacted_picture_is_a_warning(tmp_path: Path, portrait: Pixels) -> None:
    exif = b"Exif\0\0" + _linked(coded(small(boxed(portrait))))
    leaks = found(pair(tmp_path, portrait, coded(boxed(portrait), exif=exif)))
    assert set(leaks) == {"redacted-copy", "exif-thumbnail"}
    assert not any(leak.fails for leak in leaks.values())


def _linked(thumbnail: bytes) -> bytes:
    """An EXIF block with nothing but a thumbnail."""
    first = struct.pack("<2sHIHI", b"II", 42, 8, 0, 14)
    second = struct.pack("<HHHIIHHIII", 2, 0x0201, 4, 1, 44, 0x0202, 4, 1, len(thumbnail), 0)
    assert len(first) + len(second) == 44
    return first + second + thumbnail


def test_another_face_s_picture_is_not_this_face(tmp_path: Path, portrait: Pixels) -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
    others = {"upside down": small(portrait)[::-1], "noise": small(noise)}
    for name, other in others.items():
        leaks = found(pair(tmp_path, portrait, coded(boxed(portrait)) + coded(other)))
        assert "shown-face" not in leaks, name
        assert leaks["further-picture"].fails, name


@pytest.mark.parametrize("way", ["base64", "hexadecimal", "zlib", "chunk"])
def test_pictures_in_a_png_s_text(tmp_path: Path, portrait: Pixels, way: str) -> None:
    thumbnail = coded(small(portrait))
    info, extra = PngInfo(), b""
    if way == "base64":
        info.add_itxt("note", base64.b64encode(thumbnail).decode())
    elif way == "hexadecimal":
        info.add_text("Raw profile type exif", thumbnail.hex(), zip=True)
    elif way == "zlib":
        extra = chunk(b"juNk", zlib.compress(b"...." + thumbnail))
    else:
        extra = chunk(b"juNk", thumbnail)
    data = coded(boxed(portrait), "PNG", pnginfo=info)
    data = data[:33] + extra + data[33:]
    assert found(pair(tmp_path, portrait, data, "png"))["shown-face"].fails


def test_the_end_of_a_longer_file_is_the_original_s(tmp_path: Path, portrait: Pixels) -> None:
    short, long = coded(boxed(portrait), "PNG"), coded(portrait, "PNG")
    assert len(long) > len(short) + 1000
    written_over = short + long[len(short) :]
    leak = found(pair(tmp_path, portrait, written_over, "png"))["remnant-of-original"]
    assert leak.fails and "original file's own" in leak.detail
    rng = np.random.default_rng(2)
    leaks = found(pair(tmp_path, portrait, short + rng.bytes(5000), "png"))
    assert "trailing-data" in leaks and "remnant-of-original" not in leaks


def test_padding_is_nobody_s_own() -> None:
    assert shared_bytes(bytes(5000), bytes(10000)) == 0


def test_what_fails_and_what_is_a_warning(tmp_path: Path, portrait: Pixels) -> None:
    tags = Image.Exif()
    tags[0x010F] = "Maker"
    tags[0x0132] = "2024:05:01 10:00:00"
    tags.get_ifd(0x8825)[1] = "N"
    tags.get_ifd(0x8769)[0xA431] = "12345"
    leaks = found(pair(tmp_path, portrait, coded(boxed(portrait), exif=tags, comment=b"Ana")))
    fails = {kind: leak.fails for kind, leak in leaks.items()}
    assert fails == {
        "device": False,
        "date": False,
        "gps": True,
        "serial-number": True,
        "comment": True,
    }


def test_every_planted_secret_is_gone_from_what_efface_wrote(
    tmp_path: Path, portrait: Pixels
) -> None:
    original, out = tmp_path / "a.jpg", tmp_path / "b.jpg"
    original.write_bytes(canary.planted(coded(portrait)))
    covered = tmp_path / "covered.jpg"
    covered.write_bytes(canary.planted(coded(boxed(portrait))))
    kinds = set(found(pair_of(original, covered, [FACE_BOX])))
    assert {"further-picture", "exif-thumbnail", "mpf", "gps", "comment", "iptc"} <= kinds
    media = Media("a.jpg", efface.detect(original).media.sha256, "image", 256, 256)
    efface.redact(original, out, regions=Regions(media, (Track("t1", (FACE_BOX,)),)))
    assert list(Carried().search(pair_of(original, out, [FACE_BOX]))) == []


def test_a_video_s_further_streams(tmp_path: Path, portrait: Pixels) -> None:
    pictures = walk(portrait, 4)
    original = write_clip(tmp_path / "a.mp4", pictures, sound=False)
    hidden = []
    for frame, picture in enumerate(pictures):
        shown, (left, top) = picture.copy(), place(frame)
        shown[top : top + 100, left : left + 100] = 0
        hidden.append(shown)
    redacted = write_clip(tmp_path / "b.mp4", hidden, sound=False)
    left, top = place(0)
    boxes = [Box(0, left + FACE[0], top + FACE[1], FACE[2], FACE[3])]
    assert list(Carried().search(pair_of(original, redacted, boxes))) == []
    atom = coded(pictures[0])
    tailed = tmp_path / "c.mp4"
    tailed.write_bytes(redacted.read_bytes() + struct.pack(">I4s", 8 + len(atom), b"free") + atom)
    leaks = found(pair_of(original, tailed, boxes))
    assert leaks["shown-face"].fails and leaks["padding"].fails


def covered_clip(path: Path, like: list[Pixels], cover: bytes, *, attached: bool) -> Path:
    """Black frames with a picture that goes along: as an attachment, or as a stream of its own."""
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libx264", rate=20)
        stream.height, stream.width = like[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        if attached:
            out.add_attachment("cover.jpg", "image/jpeg", cover)
        else:
            art: Any = out.add_stream("mjpeg", rate=20)
            art.height, art.width = like[0].shape[:2]
            art.pix_fmt, art.disposition = "yuvj420p", Disposition.attached_pic
        for picture in like:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros_like(picture), "rgb24")))
        out.mux(stream.encode(None))
        if not attached:
            packet = av.Packet(cover)
            packet.stream, packet.pts, packet.dts = art, 0, 0
            packet.time_base = Fraction(1, 20)
            out.mux(packet)
    return path


@pytest.mark.parametrize("ending", ["mkv", "mp4"])
def test_a_picture_that_goes_along_with_a_video(
    tmp_path: Path, portrait: Pixels, ending: str
) -> None:
    pictures = walk(portrait, 3)
    original = write_clip(tmp_path / f"a.{ending}", pictures, sound=False)
    left, top = place(0)
    boxes = [Box(0, left + FACE[0], top + FACE[1], FACE[2], FACE[3])]
    for cover, kind in ((pictures[0], "shown-face"), (pictures[0] * 0, "redacted-copy")):
        name = tmp_path / f"{kind}.{ending}"
        made = covered_clip(name, pictures, coded(cover), attached=ending == "mkv")
        leaks = found(pair_of(original, made, boxes))
        assert kind in leaks and leaks["cover-art"].fails == (kind == "shown-face")
