"""WebP: lossless, lossy and animated."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from tests.media.contract import fields
from tests.media.contract.described import Described, Kind, Samples, Twins
from tests.media.hostile import pieces
from tests.media.lossless import CANARY, noise, zone
from tests.media.lossy import scene
from tests.media.metadata.profiles import srgb

from efface.media.families import WEBP as FAMILY
from efface.media.metadata import exif
from efface.media.orientation import Orientation


def webp(samples: NDArray[np.uint8], quality: int | None = None, **options: Any) -> bytes:
    """A still by Pillow; lossless without a quality."""
    out = io.BytesIO()
    kind: dict[str, Any] = {"lossless": True, "exact": True, "method": 0}
    if quality is not None:
        kind = {"quality": quality, "method": 2}
    Image.fromarray(samples).save(out, "WEBP", **kind, **options)
    return out.getvalue()


def animation(frames: Sequence[NDArray[np.uint8]], **options: Any) -> bytes:
    """An animation by Pillow, durations 10, 20, 30, … ms."""
    images = [Image.fromarray(frame) for frame in frames]
    out = io.BytesIO()
    durations = [10 * (i + 1) for i in range(len(images))]
    images[0].save(
        out, "WEBP", save_all=True, append_images=images[1:], duration=durations, **options
    )
    return out.getvalue()


def packed(name: bytes, body: bytes) -> bytes:
    """One chunk."""
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def with_chunks(data: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """The file with chunks added at its end."""
    body = data[12:] + b"".join(packed(name, payload) for name, payload in more)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _noise(channels: int, count: int, seed: int) -> Sequence[Samples]:
    frames = [
        noise((37, 45, channels), seed=seed + 1000 * i).astype(np.uint8) for i in range(count)
    ]
    for frame in frames:
        if channels == 4:
            frame[..., 3] |= 1
    return frames


def _scenes(size: tuple[int, int], channels: int, count: int, seed: int) -> Sequence[Samples]:
    frames = [np.roll(scene(*size, channels, seed % 4), 3 * i, axis=1) for i in range(count)]
    for frame in frames:
        if channels == 4:
            frame[..., 3] |= 1
    return frames


def _read(data: bytes) -> Sequence[Samples]:
    with Image.open(io.BytesIO(data)) as image:
        mode = image.mode if getattr(image, "n_frames", 1) == 1 else "RGBA"
        return [np.asarray(frame.convert(mode)) for frame in ImageSequence.Iterator(image)]


def _twins(seed: int) -> Twins:
    """An animation whose second frame is another in one rectangle, which is coded apart."""
    first, parts = scene(64, 80), (scene(32, 32, seed=1), noise((32, 32, 3), seed=seed))
    base = webp(first, 80)[12:]
    head = packed(b"VP8X", bytes((2, 0, 0, 0)) + (79).to_bytes(3, "little") + bytes((63, 0, 0)))
    files = []
    for part in parts:
        frames = b""
        for coded, (x, y), (width, height) in (
            (base, (0, 0), (80, 64)),
            (webp(part.astype(np.uint8), 80)[12:], (16, 16), (32, 32)),
        ):
            place = [v.to_bytes(3, "little") for v in (x // 2, y // 2, width - 1, height - 1, 40)]
            frames += packed(b"ANMF", b"".join(place) + b"\2" + coded)
        body = b"WEBP" + head + packed(b"ANIM", bytes(6)) + frames
        files.append(b"RIFF" + struct.pack("<I", len(body)) + body)
    return files[0], files[1], (zone(16, 16, 48, 48, frame=1),)


KINDS = [
    *(
        Kind(f"lossless, {name}", partial(_noise, n, 1), lambda f: webp(f[0]), _read)
        for name, n in (("RGB", 3), ("RGBA", 4))
    ),
    *(
        Kind(
            f"lossless, animated, {name}",
            partial(_noise, n, 3),
            partial(animation, lossless=True, exact=True, loop=5),
            _read,
        )
        for name, n in (("RGB", 3), ("RGBA", 4))
    ),
    *(
        Kind(
            f"lossy, {name}, {height} x {width}",
            partial(_scenes, (height, width), n, 1),
            lambda f: webp(f[0], 80),
            _read,
            exact=False,
            apart=4,
            fill_error=12,
        )
        for name, n in (("RGB", 3), ("RGBA", 4))
        for height, width in ((96, 128), (31, 133))
    ),
    Kind(
        "lossy, animated",
        partial(_scenes, (64, 80), 4, 3),
        partial(animation, quality=80),
        _read,
        exact=False,
        apart=6,
        fill_error=12,
        twins=_twins,
    ),
]


def planted(quality: int | None) -> bytes:
    """A still with a canary in every place."""
    block = Image.Exif()
    block[0x010E] = CANARY.decode()
    block.get_ifd(0x8825)[1] = "N"
    data = webp(
        scene(96, 128, 4),
        quality,
        exif=block.tobytes(),
        xmp=b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>",
        icc_profile=srgb() + CANARY,
    )
    secret = webp(scene(40, 40, seed=2))[12:]
    more = with_chunks(
        data,
        (b"CNRY", CANARY),
        (b"XMP ", CANARY),
        (b"EXIF", CANARY),
        (b"VP8L", secret[8:] + CANARY),
        (b"ANMF", bytes(16) + CANARY),
    )
    return more + b"tail" + CANARY


def planted_animation() -> bytes:
    """An animation with a canary in each frame and behind them."""
    whole = animation(_scenes((64, 80), 4, 2, 1), lossless=True)
    body, at = b"", 12
    while at < len(whole):
        name, size = struct.unpack_from("<4sI", whole, at)
        content = whole[at + 8 : at + 8 + size]
        body += packed(name, content + packed(b"CNRY", CANARY) if name == b"ANMF" else content)
        at += 8 + size + size % 2
    body += packed(b"XMP ", CANARY)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def laden() -> dict[str, bytes]:
    return {
        "lossless": planted(None),
        "lossy": planted(85),
        "animation": planted_animation(),
        "behind the picture": webp(scene()) + CANARY,
        "unreadable profile": webp(scene(), icc_profile=CANARY),
    }


def parts(data: bytes) -> Iterator[str]:
    """Chunks, those inside frames too, and what is in those that hold fields."""
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        yield "trailing"
    yield from _chunks(data[12 : int.from_bytes(data[4:8], "little") + 8])


def _chunks(data: bytes) -> Iterator[str]:
    at = 0
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + size]
        if name[:4].strip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ8 "):
            yield "stray bytes"
            return
        yield name.decode("latin-1")
        if name == b"ANMF":
            yield from _chunks(body[16:])
        elif name == b"EXIF":
            yield from fields.exif(body)
        elif name == b"ICCP":
            yield from fields.icc(body)
        at += 8 + size + size % 2


def bomb() -> bytes:
    still = webp(scene())
    return still[:21] + struct.pack("<I", 16383 | 16383 << 14) + still[25:]


def _turned(quality: int | None, upright: NDArray[Any], orientation: int) -> bytes:
    stored = np.ascontiguousarray(Orientation.of(orientation).stored(upright))
    return webp(stored, quality, exif=exif.minimal_exif(orientation))


_CHUNKS = {"VP8X", "ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L", "EXIF", "icc"}
WEBP = Described(
    FAMILY,
    KINDS,
    laden,
    CANARY,
    parts,
    frozenset(_CHUNKS) | fields.EXIF_KEPT,
    pieces.RIFF,
    bomb,
    {"lossless": partial(_turned, None), "lossy": partial(_turned, 90)},
    fields.shown_by_pillow,
)
