"""The demonstration behind ``make demo``: the main job on a real picture.

The picture is NASA's portrait of Eileen Collins (public domain), which scikit-image carries, hung
at several sizes on a brick wall, with the hidden extras a phone adds: a thumbnail and a place. At
the end the result is attacked, beside the same picture with its faces blurred, as is often done.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from PIL import ExifTags, Image, ImageFilter, ImageOps
from skimage import data

from efface import attack, detect, inspect, redact
from efface.cli.attack_table import print_outcome
from efface.errors import GateError, RefusedError
from efface.regions import Regions
from efface.report.preview import draw
from efface.words import Method

REDRAWS = 10
"""Times that heads may be drawn anew: all faces of this picture are one person's."""

BLUR = 0.08
"""Standard deviation, in widths of the face."""

BLURRED_PX = (35, 80)
"""Widths of the faces that are attacked in the blurred picture: a few, since each is restored in
many ways."""

WALL_PX = (1600, 900)
PORTRAITS = (
    # left, top, size in pixels, turned by degrees
    (60, 60, 700, 0),
    (820, 80, 340, 0),
    (1220, 90, 200, 12),
    (1460, 100, 96, 0),
    (830, 520, 230, -15),
    (1120, 500, 140, 0),
    (1320, 520, 64, 0),
    (1440, 540, 48, 0),
)


def picture() -> Image.Image:
    """The wall with portraits."""
    brick = np.tile(data.brick(), (2, 4))[: WALL_PX[1], : WALL_PX[0]]  # type: ignore[no-untyped-call]
    wall = Image.fromarray(brick).convert("RGB")
    portrait = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    for left, top, size, degrees in PORTRAITS:
        print_ = portrait.resize((size, size), Image.Resampling.LANCZOS).convert("RGBA")
        print_ = print_.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
        wall.paste(print_, (left, top), print_)
    return wall


def save_as_phone_would(image: Image.Image, path: Path) -> None:
    """JPEG with an EXIF thumbnail that shows the faces, a place and a serial number."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Phonemaker", "Phone 1"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "SN-0123456789"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            int(ExifTags.GPS.GPSLatitudeRef): "N",
            int(ExifTags.GPS.GPSLatitude): (28.0, 31.0, 26.0),
            int(ExifTags.GPS.GPSLongitudeRef): "W",
            int(ExifTags.GPS.GPSLongitude): (80.0, 39.0, 3.0),
        }
    )
    small = image.copy()
    small.thumbnail((160, 120))
    thumbnail = io.BytesIO()
    small.save(thumbnail, "JPEG", quality=80)
    image.save(path, "JPEG", quality=92, exif=_with_thumbnail(exif.tobytes(), thumbnail.getvalue()))


def _with_thumbnail(exif: bytes, jpeg: bytes) -> bytes:
    """Add an IFD1 that holds a thumbnail (EXIF 2.32, 4.5.3) to an EXIF block."""
    tiff = bytearray(exif.removeprefix(b"Exif\0\0"))
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    ifd0 = int.from_bytes(tiff[4:8], order)
    link = ifd0 + 2 + 12 * int.from_bytes(tiff[ifd0 : ifd0 + 2], order)
    start = len(tiff)
    tiff[link : link + 4] = start.to_bytes(4, order)
    jpeg_at = start + 2 + 2 * 12 + 4
    tiff += (2).to_bytes(2, order)
    for tag, value in ((0x0201, jpeg_at), (0x0202, len(jpeg))):
        tiff += tag.to_bytes(2, order) + (4).to_bytes(2, order)
        tiff += (1).to_bytes(4, order) + value.to_bytes(4, order)
    tiff += (0).to_bytes(4, order) + jpeg
    return b"Exif\0\0" + bytes(tiff)


def blurred(image: Image.Image, regions: Regions) -> Image.Image:
    """The picture with a Gaussian blur over each face: it looks as if nobody could be told."""
    out = image.copy()
    for _, box in regions.in_frame(0):
        area = (round(box.x), round(box.y), round(box.x + box.width), round(box.y + box.height))
        part = out.crop(area).filter(ImageFilter.GaussianBlur(BLUR * box.width))
        out.paste(part, area)
    return out


def attacked(redacted: Path, original: Path, regions: Regions) -> Path:
    """Attack a file, print what came of it, and write the report beside it."""
    report = redacted.with_suffix(".attack.html")
    outcome = attack(
        redacted, original, regions=regions, report=report, show_original=True, overwrite=True
    )
    print_outcome(outcome, failures_only=False)
    return report


def by_each_method(original: Path, regions: Regions, stem: Path) -> dict[Method, Path]:
    """The picture redacted by each method, in the order in which policies name them; less one that
    cannot be used here, or whose result is not released.

    Args:
        stem: of the files' names.
    """
    made = {}
    for method in get_args(Method):
        target = stem.with_name(f"{stem.name}.{method}.jpg")
        policy = {"method": {"name": method}, "replace": {"redraw": REDRAWS}}
        try:
            redact(original, target, policy=policy, regions=regions, overwrite=True)
        except (RefusedError, GateError) as error:
            say(f"\nWithout {method}: {error.message}\n")
            continue
        made[method] = target
    return made


def side_by_side(files: Iterable[Path]) -> Image.Image:
    """Pictures of one size in a row."""
    shown = []
    for path in files:
        with Image.open(path) as image:
            shown.append(ImageOps.exif_transpose(image).convert("RGB"))
    out = Image.new("RGB", (sum(image.width for image in shown), shown[0].height))
    for number, one in enumerate(shown):
        out.paste(one, (number * one.width, 0))
    return out


def say(text: str) -> None:
    """Print it at once: what follows takes a while."""
    sys.stdout.write(text)
    sys.stdout.flush()


def main(folder: Path) -> None:
    """Make the picture, redact it, and say where everything is."""
    folder.mkdir(parents=True, exist_ok=True)
    original, redacted = folder / "wall.jpg", folder / "wall.effaced.jpg"
    preview = folder / "wall.preview.png"
    say("Making a picture and looking for the faces in it (a few seconds) ...\n")
    save_as_phone_would(picture(), original)
    regions = detect(original)
    draw(np.asarray(Image.open(original).convert("RGB")), regions).save(preview)
    before = inspect(original)
    say("Redacting it, and looking at the result again ...\n")
    report = redact(original, redacted, overwrite=True)
    after = inspect(redacted)
    say(f"\nOriginal:  {original}\n")
    say(f"Preview:   {preview}  ({len(regions.tracks)} faces, numbered)\n")
    say(f"Redacted:  {redacted}\n")
    say(f"Hidden in the original:      {', '.join(sorted({f.kind for f in before}))}\n")
    say(f"Hidden in the redacted file: {', '.join(sorted({f.kind for f in after}))}\n")
    say(f"Detector:  {report.detector}\n")
    if report.rescan is not None:
        say(f"Rescan:    {report.rescan.detector}: {len(report.rescan.uncovered)} faces left\n")
    if report.fidelity is not None:
        say(f"Outside the zones: all {report.fidelity.unit} unchanged: {report.fidelity.exact}\n")
    say(f"\nThe attack on the redacted file ({len(regions.tracks)} faces, some seconds):\n")
    reports = [attacked(redacted, original, regions)]
    methods = folder / "wall.methods.jpg"
    made = by_each_method(original, regions, folder / "wall")
    side_by_side(made.values()).save(methods, quality=90)
    old_way = folder / "wall.blurred.png"
    blurred(Image.open(original).convert("RGB"), regions).save(old_way)
    say("\nThe attack on the same picture, its faces blurred as is often done")
    say(" (two of them attacked, some seconds):\n")
    few = tuple(t for t in regions.tracks if BLURRED_PX[0] <= t.boxes[0].width <= BLURRED_PX[1])[:2]
    reports.append(attacked(old_way, original, replace(regions, tracks=few)))
    others = tuple(replace(t, action="keep") for t in regions.tracks if t not in few)
    two = replace(regions, tracks=(*few, *others))
    for method, path in by_each_method(original, two, folder / "two").items():
        if method != "solid":
            say(f"\nThe attack on the same two faces, {method}:\n")
            reports.append(attacked(path, original, two))
    say(f"\nMethods:   {methods}  ({', '.join(made)}; layered is friction, replace is made up)\n")
    looks = "\n           ".join(map(str, reports))
    say(f"Look at:   {looks}\n")
    command = Path(sys.executable).with_name("efface")
    say(f"Review:    {command} review {original}   (a page in your browser; Ctrl-C ends it)\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output"))
