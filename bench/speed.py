"""CPU-seconds and peak memory of whole calls, side by side with deface.

Photos are made from a folder of pictures with people: each is cropped to 3:2 and resampled to the
wanted number of megapixels, so that both tools get the same crowded scenes at camera sizes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps


@dataclass(frozen=True)
class Usage:
    """What the operating system booked for one finished process and its children."""

    cpu_seconds: float
    peak_mb: float
    exit_code: int
    stdout: str
    wall_seconds: float = 0.0


def measure(command: Sequence[str | Path], **environment: str) -> Usage:
    """Run a command and read its resource usage from ``wait4`` (Linux: ru_maxrss in KiB)."""
    reading, writing = os.pipe()
    start = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=writing,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
        text = pipe.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return Usage(
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / scale,
        process.returncode,
        text,
        time.monotonic() - start,
    )


def make_photos(source: Path, folder: Path, count: int, megapixels: float) -> list[Path]:
    """Write ``count`` JPEG photos of that size (quality 92, 4:2:0), from the first pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    width = round((megapixels * 1e6 * 1.5) ** 0.5 / 16) * 16
    height = round(width / 1.5 / 16) * 16
    out = []
    for number, path in enumerate(sorted(source.glob("*.jpg"))[:count]):
        target = folder / f"{number:03}.jpg"
        if not target.exists():
            with Image.open(path) as image:
                picture = ImageOps.fit(
                    image.convert("RGB"), (width, height), Image.Resampling.BICUBIC
                )
            picture.save(target, quality=92)
        out.append(target)
    return out


def run_efface(efface: Path, photos: list[Path], out: Path, *options: str) -> Usage:
    """``efface redact`` over all photos in one call; output is thrown away first."""
    shutil.rmtree(out, ignore_errors=True)
    return measure(
        [efface, "redact", *photos, "-o", out, "--json", "--quiet", "--allow-no-face", *options]
    )


def run_deface(deface: Path, photos: list[Path], out: Path) -> Usage:
    """``deface`` over all photos in one call, at its defaults (it writes beside its input)."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    copies = [Path(shutil.copy(photo, out)) for photo in photos]
    return measure([deface, *copies])


def steps(report: str) -> dict[str, float]:
    """Sum of CPU-seconds by step over the files of an ``efface.report/1``."""
    total: dict[str, float] = {}
    document: dict[str, Any] = json.loads(report)
    for file in document["files"]:
        for name, seconds in file["cpu_seconds"].items():
            total[name] = total.get(name, 0.0) + seconds
    return total


def run_efface_cached(efface: Path, photo: Path, out: Path, cache: Path) -> Usage:
    """One photo with the user's cache folder at ``cache`` (Linux), where compiled models go."""
    return measure(
        [efface, "redact", photo, "-o", out / photo.name, "--quiet", "--allow-no-face"],
        XDG_CACHE_HOME=str(cache),
    )
