"""A filling's picture through every photo family, depth and colour mode.

What is decoded in a zone is that picture within the precision of the format (``NEAR`` says why).
What is outside is as with one constant colour, and what lay under the zones leaves no trace,
whether or not the filling looks at the surroundings.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.evidence.commitment.contents import KEY
from tests.fillings import MirrorFilling, PictureFilling, UnsaidFilling, textured
from tests.media.corpus import HEIGHT, KINDS, WIDTH, Kind, pictures, stored
from tests.media.lossless import BLACK_FILL, inside, opened

from efface.colour import Colour
from efface.errors import VerificationError
from efface.evidence.commitment import check, commit, prove
from efface.evidence.contents import taken_apart
from efface.evidence.pack.redaction import packed, unpacked
from efface.geometry import Rect
from efface.media import palette
from efface.media.filled import luma
from efface.media.interface import Photo
from efface.policy import EncodePolicy, MethodPolicy
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.layered.method import LayeredFilling
from efface.redact.methods.layered.shape import head_of
from efface.zones.filling import ConstantFilling, Filling
from efface.zones.zone import Zone

PICTURE = PictureFilling(textured(WIDTH, HEIGHT, seed=2))
MIRROR = MirrorFilling()
FIGURE = method_of(MethodPolicy("figure")).repeat(b"")
HEADS = LayeredFilling(
    {name: head_of(textured(3, 3, seed)) for seed, name in enumerate(("t1", "t2"))}
)
FINE = EncodePolicy(webp_quality=95, avif_quality=95, heic_quality=95)
BOX, ROUNDED = Rect(40, 32, 76, 64), Rect(56, 38, 96, 70)
EVERY_KIND = pytest.mark.parametrize("name", KINDS)

LOSSY = ("WebP lossy", "AVIF", "HEIC", "JPEG XL lossy")
CODED = ("JPEG", *LOSSY)
ONE_EACH = (
    "JPEG 420", "PNG RGB, 16 bits", "PNG palette, 8 bits", "GIF animated", "BMP 8 bits",
    "TIFF CMYK", "WebP lossless, animated", "WebP lossy", "AVIF 8 bits, 420", "HEIC 8 bits, 420",
    "JPEG XL lossless, 3 channels, 8 bits", "JPEG XL lossy, 3 channels",
)  # fmt: skip
"""Kinds, one of each family and way of coding."""
PALETTES = ("palette", "GIF", "BMP 1 bits", "BMP 4 bits", "BMP 8 bits")


@cache
def file_of(name: str, seed: int = 0) -> bytes:
    """A file of a kind."""
    return KINDS[name].make(pictures(seed))


def zones_in(photo: Photo) -> tuple[Zone, ...]:
    """In every frame two that overlap, as the format fills them."""
    frames = range(len(photo.sizes))
    boxes = [Zone("t1", frame, BOX, BOX) for frame in frames]
    return photo.grown(boxes + [Zone("t2", f, ROUNDED, ROUNDED, "rounded") for f in frames])


def written(photo: Photo, zones: tuple[Zone, ...], filling: Filling) -> tuple[bytes, str]:
    """The file and its notes."""
    out = io.BytesIO()
    report = photo.write(zones, filling, FINE, out)
    return out.getvalue(), " ".join(report.notes)


def within(zones: tuple[Zone, ...], frame: int, by: int) -> NDArray[np.bool_]:
    """Pixels of the zones that are more than so many from their edges."""
    out = mask = inside((HEIGHT, WIDTH), [z for z in zones if z.frame == frame])
    for step in range(1, by + 1):
        for axis in (0, 1):
            out = out & np.roll(mask, step, axis) & np.roll(mask, -step, axis)
    return out


NEAR: dict[str, tuple[int, float]] = {
    # how far samples are at most, and on average over the zone, in steps of 255
    "PNG grey, 1 bits": (128, 110),  # half of the distance between two values
    "PNG grey, 2 bits": (43, 22),
    "PNG grey, 4 bits": (9, 5),
    "TIFF bilevel": (128, 110),
    "TIFF grey, 4 bits": (9, 5),
    "PNG grey with a clear value": (1, 0.1),  # it means transparent: the one next to it is taken
    "BMP 16 bits": (5, 2.5),  # 5 bits a channel; looked at rounded down
    "BMP 565": (5, 2.5),
    "TIFF grey, 12 bits": (1, 1),  # looked at rounded down
    "TIFF grey, signed": (1, 1),
    "TIFF CMYK": (1, 1),  # inks times black
    "TIFF Lab": (45, 15),  # looked at by its lightness, which is no luma
    "TIFF ICC Lab": (45, 15),
    # palettes: 100 entries and more for a picture of thousands of colours, ...
    "palette": (40, 8),
    "GIF": (40, 8),
    "BMP 8 bits": (40, 8),
    # ... few entries ...
    "BMP 4 bits": (110, 30),
    # ... or none: the nearest of those that are there
    "PNG palette, 1 bits": (255, 150),
    "PNG palette, 2 bits": (255, 100),
    "PNG palette, 4 bits": (255, 100),
    "PNG full palette, 4 bits": (255, 100),
    "BMP 1 bits": (255, 150),
    # quantised: noise of 8 in every channel goes with halved colours, the texture stays
    "JPEG": (45, 7.5),
    "JPEG grey": (18, 3.5),
    "JPEG RGB": (18, 3.5),
    "JPEG CMYK": (18, 3.5),
    "JPEG, finest": (4, 0.7),  # steps of one, whole colours: what rounding leaves
    "WebP lossy": (40, 6.5),
    "AVIF": (40, 6.5),
    "AVIF 8 bits, 444": (18, 3),
    "AVIF 8 bits, grey": (6, 1),
    "AVIF 12 bits, 444": (12, 2),
    "AVIF sequence, 1": (6, 1),
    "HEIC": (55, 6.5),
    "HEIC 8 bits, 444": (8, 1),
    "HEIC 8 bits, grey": (3, 1),
    "HEIC 12 bits, 444": (6, 1),
    "JPEG XL lossy": (75, 6.5),
    "JPEG XL lossy, 1": (12, 2.5),
    "JPEG XL, packed": (45, 7.5),
}


def precision_of(name: str) -> tuple[int, float]:
    """By the longest words that fit; without any every sample is exact."""
    fitting = [key for key in NEAR if key in name]
    return NEAR[max(fitting, key=len)] if fitting else (0, 0.0)


@EVERY_KIND
def test_the_picture_is_what_is_decoded(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    photo = opened(tmp_path, file_of(name), kind.suffix)
    zones = zones_in(photo)
    output, notes = written(photo, zones, PICTURE)
    again = opened(tmp_path, output, kind.suffix)
    plain = opened(tmp_path, written(photo, zones, BLACK_FILL)[0], kind.suffix)
    exact = [
        photo.compare(*held).exact for held in ((again, zones, PICTURE), (plain, zones, BLACK_FILL))
    ]
    assert exact == [not name.startswith(LOSSY)] * 2
    assert again.findings() == ()
    assert (palette.REDUCED_NOTE in notes) == any(word in name for word in PALETTES)
    edge = 8 if name.startswith(LOSSY) else 4 if "JPEG" in name else 0
    most, mean = precision_of(name)
    for frame in range(len(photo.sizes)):
        where = within(zones, frame, edge)
        assert where.sum() > 300
        shown, meant = again.picture(frame)[where].astype(int), PICTURE.picture[where]
        if (np.ptp(shown, axis=1) == 0).all():
            meant = np.repeat(luma(meant)[:, None], 3, axis=1).astype(np.uint8)
        apart = np.abs(shown - meant)
        assert (apart.max() <= most, apart.mean() <= mean) == (True, True), (
            apart.max(),
            apart.mean(),
        )
        _same_outside(name, frame, zones, (photo, again, plain))


def _same_outside(
    name: str, frame: int, zones: tuple[Zone, ...], photos: tuple[Photo, Photo, Photo]
) -> None:
    """A picture changes no more outside the zones than one constant colour does."""
    before, after, plain = (photo.picture(frame).astype(int) for photo in photos)
    outside = ~inside((HEIGHT, WIDTH), [z for z in zones if z.frame == frame])
    assert outside.sum() > 500
    apart = [np.abs(shown - before)[outside].mean() for shown in (after, plain)]
    if name.startswith(LOSSY) or "JPEG" in name:  # coefficients are the same, readers smooth
        assert apart[0] < apart[1] + 1
    else:
        assert apart == [0, 0]


@EVERY_KIND
def test_a_constant_comes_to_the_same_without_its_fast_way(name: str, tmp_path: Path) -> None:
    kind, colour = KINDS[name], Colour(200, 30, 40)
    photo = opened(tmp_path, file_of(name), kind.suffix)
    zones = zones_in(photo)
    fast, _ = written(photo, zones, ConstantFilling(colour))
    slow, _ = written(photo, zones, UnsaidFilling(colour))
    assert slow == fast
    again = opened(tmp_path, fast, kind.suffix)
    photo.compare(again, zones, UnsaidFilling(colour))


@EVERY_KIND
def test_another_picture_or_colour_in_a_zone_is_seen(name: str, tmp_path: Path) -> None:
    """With a constant, too: one colour is not enough, it must be the one that was asked for."""
    kind = KINDS[name]
    photo = opened(tmp_path, file_of(name), kind.suffix)
    zones = zones_in(photo)
    other = PictureFilling(textured(WIDTH, HEIGHT, seed=5))
    red, white = (ConstantFilling(Colour(*rgb)) for rgb in ((255, 0, 0), (255, 250, 240)))
    for put, meant in ((PICTURE, other), (red, PICTURE), (white, BLACK_FILL)):
        output, notes = written(photo, zones, put)
        if palette.NEAREST_NOTE in notes:
            continue
        again = opened(tmp_path, output, kind.suffix)
        with pytest.raises(VerificationError, match="zone"):
            photo.compare(again, zones, meant)
    with pytest.raises(VerificationError, match="zone"):
        photo.compare(opened(tmp_path, written(photo, (), PICTURE)[0], kind.suffix), zones, PICTURE)


def twins(name: str, folder: Path) -> list[tuple[Photo, tuple[Zone, ...]]]:
    """Two photos that differ under the zones alone: in their samples or coefficients, or (where an
    encoder spreads what is there) in what their decoder gives."""
    kind = KINDS[name]
    first = opened(folder, file_of(name), kind.suffix)
    zones = zones_in(first)
    if name.startswith(LOSSY):
        second = opened(folder, file_of(name), kind.suffix)
        for photo, seed in ((first, 0), (second, 1)):
            _decode_differently(photo, zones, kind, seed)
    else:
        mixed = []
        for frame, (one, other) in enumerate(zip(pictures(0), pictures(1), strict=True)):
            mask = inside(
                (HEIGHT, WIDTH), [z for z in zones if z.frame == min(frame, kind.frames - 1)]
            )
            mixed.append(np.where(mask[..., None], other, one))
        second = opened(folder, kind.make(mixed), kind.suffix)
    return [(first, zones), (second, zones)]


def _decode_differently(photo: Any, zones: tuple[Zone, ...], kind: Kind, seed: int) -> None:
    """Noise in the zones of every frame that is decoded."""

    def changed(frame: int, samples: NDArray[Any]) -> NDArray[Any]:
        upright = inside((HEIGHT, WIDTH), [z for z in zones if z.frame == frame])
        mask, out = stored(upright, kind.orientation), samples.copy()
        if mask.shape != out.shape[:2]:  # a picture that its container turns
            mask = np.ascontiguousarray(np.rot90(upright, -1))
        noise = np.random.default_rng((seed, frame)).integers(0, 255, out.shape)
        out[mask] = noise[mask].astype(out.dtype)
        return out

    if hasattr(photo, "_stills"):
        coded = [(s.picture, s.alpha) for s in photo._stills]
        real = photo._decoded

        def decoded(item: Any) -> NDArray[Any]:
            (frame,) = (i for i, pair in enumerate(coded) if any(item is one for one in pair))
            return changed(frame, real(item))

        photo._decoded = decoded
    else:
        name = "_samples" if hasattr(photo, "_samples") else "samples"
        read = getattr(photo, name)
        setattr(photo, name, lambda *at: changed(at[0] if at else 0, read(*at)))


@pytest.mark.parametrize(
    ("name", "filling"),
    [
        *(pytest.param(name, MIRROR, id=f"{name}, surroundings") for name in KINDS),
        *(pytest.param(n, PICTURE, id=n) for n in KINDS if any(word in n for word in PALETTES)),
        *(pytest.param(name, FIGURE, id=f"{name}, figure") for name in ONE_EACH),
        *(pytest.param(name, HEADS, id=f"{name}, layered") for name in ONE_EACH),
    ],
)
def test_what_lay_under_the_zones_leaves_no_trace(
    name: str, filling: Filling, tmp_path: Path
) -> None:
    (one, zones), (other, _) = twins(name, tmp_path)
    same = [np.array_equal(one.picture(f), other.picture(f)) for f in range(len(one.sizes))]
    assert not any(same)
    output, _ = written(one, zones, filling)
    assert written(other, zones, filling)[0] == output
    other.compare(opened(tmp_path, output, KINDS[name].suffix), zones, filling)


@pytest.mark.parametrize("name", [name for name in KINDS if not name.startswith(LOSSY)])
def test_it_can_be_committed_to_proven_and_repeated(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    original = opened(tmp_path, file_of(name), kind.suffix)
    content = taken_apart(original)
    drawn = [Zone("t1", f, BOX, BOX) for f in range(len(original.sizes))]
    zones = unpacked(packed(content.grown(original.grown(drawn))))
    made = commit(content, KEY)
    proof = prove(content, KEY, content.hidden(zones), made)
    output, _ = written(original, zones, MIRROR)
    redacted = taken_apart(opened(tmp_path, output, kind.suffix)).matched(made.parameters)
    result = check(made, proof, redacted, redacted.hidden(zones))
    assert result.ok, result.says
    anew = opened(tmp_path, file_of(name), kind.suffix)
    assert written(anew, zones, MIRROR)[0] == output
