"""Files of every format as efface writes them, and signers for them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import imagecodecs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from PIL import Image
from tests.evidence.signers import Authority, signer
from tests.media.heifs import HEIC, library_file
from tests.media.lossless import opened, written, zone
from tests.media.lossy import scene
from tests.media.video.clips import clip

from efface.evidence.credentials import Edit, Region
from efface.evidence.keys.files import KeySigner
from efface.geometry import Rect
from efface.media.video import open_video
from efface.media.video.writing import write_video
from efface.policy import Colour, Limits, VideoPolicy
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

BLACK = Colour(0, 0, 0)
ZONE = (16, 16, 64, 64)

EDIT = Edit(
    regions=(Region(Rect(*ZONE)),),
    evidence={"schema": "efface.evidence/1", "proof": "AAECAwQ=", "numbers": [1, 2.5, None, True]},
)


@cache
def desk(algorithm: str = "ed25519") -> KeySigner:
    """A signer whose certificates are valid now, and were at the beginning of these tests.

    They begin yesterday: a certificate begins with its day, and midnight may pass between the
    time a test looks at and the making of this signer.
    """
    now = datetime.now(UTC) - timedelta(days=1)
    if algorithm != "ps256":
        return signer("quiet-otter", algorithm=algorithm, now=now)
    private = rsa.generate_private_key(65537, 2048)
    until = now + timedelta(days=2)
    root = Authority("Press authority", since=now, until=until)
    return KeySigner(private, [issued(root, private, now, until), root.der])


def issued(root: Authority, private: Any, since: datetime, until: datetime) -> bytes:
    """A certificate to sign documents with."""
    return root.issues(
        "Desk 4",
        private,
        purposes=[ExtendedKeyUsageOID.EMAIL_PROTECTION],
        extra=x509.AuthorityKeyIdentifier.from_issuer_public_key(root.private.public_key()),
        since=since,
        until=until,
    )


def _picture(kind: str, pages: int = 1, **options: Any) -> bytes:
    first, *others = [Image.fromarray(scene(96, 128, seed=seed)) for seed in range(pages)]
    out = io.BytesIO()
    several = {"save_all": True, "append_images": others} if others else {}
    first.save(out, kind, **several, **options)
    return out.getvalue()


def _jxl(**options: Any) -> bytes:
    return bytes(imagecodecs.jpegxl_encode(scene(96, 128), effort=3, **options))


PHOTOS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jpeg": (".jpg", lambda: _picture("JPEG", quality=90)),
    "jpeg-progressive": (".jpg", lambda: _picture("JPEG", progressive=True)),
    "png": (".png", lambda: _picture("PNG")),
    "apng": (".png", lambda: _picture("PNG", 3, duration=90)),
    "webp": (".webp", lambda: _picture("WEBP", lossless=True)),
    "webp-lossy": (".webp", lambda: _picture("WEBP")),
    "webp-animated": (".webp", lambda: _picture("WEBP", 3, duration=90, lossless=True)),
    "gif": (".gif", lambda: _picture("GIF")),
    "gif-animated": (".gif", lambda: _picture("GIF", 3, duration=90)),
    "tiff": (".tif", lambda: _picture("TIFF", compression="tiff_lzw")),
    "bigtiff": (".tif", lambda: _picture("TIFF", big_tiff=True)),
    "tiff-pages": (".tif", lambda: _picture("TIFF", 3)),
    "avif": (".avif", lambda: _picture("AVIF", speed=10)),
    "avif-sequence": (".avif", lambda: _picture("AVIF", 3, duration=90, speed=10)),
    "heic": (".heic", lambda: library_file(HEIC, scene(96, 128))),
    "bmp": (".bmp", lambda: _picture("BMP")),
    "jxl": (".jxl", lambda: _jxl(lossless=True)),
    "jxl-lossy": (".jxl", lambda: _jxl(distance=1.0)),
}
VIDEOS: dict[str, tuple[str, dict[str, Any]]] = {
    "mp4": (".mp4", {"audio": "aac"}),
    "mov": (".mov", {"audio": "aac"}),
    "avi": (".avi", {"codec": "mpeg4"}),
    "mkv": (".mkv", {"audio": "aac"}),
    "webm": (".webm", {"codec": "libvpx-vp9"}),
    "ts": (".ts", {"audio": "aac"}),
}
BESIDE = {"tiff-pages", "bmp", "mkv", "webm", "ts"}
"""Those that get a sidecar."""


@cache
def _made(name: str, folder: Path) -> bytes:
    if name in PHOTOS:
        suffix, make = PHOTOS[name]
        return written(opened(folder, make(), suffix), [zone(*ZONE)])[0]
    suffix, options = VIDEOS[name]
    source = clip(folder / f"{name}{suffix}", frames=8, audio_frames=8, **options)
    target = folder / f"{name}.done{suffix}"
    write_video(open_video(source, Limits()), target, _zones, ConstantFilling(BLACK), VideoPolicy())
    return target.read_bytes()


def _zones(frame: int) -> Sequence[Zone]:
    return [zone(16, 16, 48, 48, frame=frame)]


def finished(name: str, folder: Path, shared: Path) -> Path:
    """A file as efface writes it, in a folder of its own.

    Args:
        shared: where what is made once can lie.
    """
    suffix = (PHOTOS.get(name) or VIDEOS[name])[0]
    path = folder / f"done{suffix}"
    path.write_bytes(_made(name, shared))
    return path
