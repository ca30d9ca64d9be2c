"""The files that the manual's commands name, as small as they can be, and the commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pyrage  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import Encoding
from numpy.typing import NDArray
from PIL import Image
from tests.docs.manual import ROOT, blocks
from tests.evidence.signers import Authority

Picture = NDArray[np.uint8]

WORDS = "words.txt"
"""Holds the passphrase of the key that signs."""

COURT = "court.public.txt"
"""The court's public key, beside its secret one: examples call both ``court.txt``."""

SECONDS = 22
"""Of the clip: the longest time that an example names is 0:20."""

STEP_S = 3
"""From one frame to the next."""


@dataclass(frozen=True)
class Command:
    """One line of a console block."""

    page: str
    line: str

    @property
    def words(self) -> list[str]:
        """Program and arguments, without redirection and remarks."""
        parts = shlex.split(self.line, comments=True)
        return parts[: parts.index(">")] if ">" in parts else parts

    @property
    def to(self) -> str | None:
        """The file that its standard output goes to."""
        parts = shlex.split(self.line, comments=True)
        return parts[parts.index(">") + 1] if ">" in parts else None


def commands() -> Iterator[Command]:
    """All of them, in the order of the pages."""
    for block in blocks("console"):
        for line in re.findall(r"^\$ (.+)$", block.text, re.MULTILINE):
            yield Command(str(block.page.relative_to(ROOT)), line)


def crowd(portrait: Picture, people: int) -> Picture:
    """So many people side by side, in rows of four."""
    one = np.asarray(cv2.resize(portrait[:144, 40:168], (96, 108), interpolation=cv2.INTER_AREA))
    rows = []
    for start in range(0, people, 4):
        row = [one] * min(4, people - start) + [np.full_like(one, 90)] * max(0, start + 4 - people)
        rows.append(np.hstack(row))
    return np.ascontiguousarray(np.vstack(rows))


def clip(path: Path, picture: Picture) -> Path:
    """The picture for ``SECONDS``, with something that moves."""
    with av.open(path, "w") as out:
        fast = {"preset": "ultrafast", "crf": "20"}
        stream = out.add_stream("libx264", rate=Fraction(1, STEP_S), options=fast)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt, stream.time_base = "yuv420p", Fraction(STEP_S, 1)
        sound = out.add_stream("aac", rate=8000)
        for number in range(SECONDS // STEP_S):
            shown = picture.copy()
            shown[-4:, 16 * number : 16 * number + 16] = 255
            out.mux(stream.encode(av.VideoFrame.from_ndarray(shown, "rgb24")))
        for start in range(0, SECONDS * 8000, 1024):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "flt", "mono")
            frame.sample_rate, frame.pts = 8000, start
            out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
        out.mux(stream.encode(None))
    return path


def saved(picture: Picture, path: Path) -> Path:
    """A JPEG; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path, quality=90, subsampling=0)
    return path


def prepare(folder: Path, portrait: Picture) -> None:
    """Everything that a command reads and no command before it has written."""
    five, eight = crowd(portrait, 5), crowd(portrait, 8)
    photo, video = saved(five, folder / "photo.jpg"), clip(folder / "clip.mp4", eight)
    blurred = cv2.GaussianBlur(five, (0, 0), 8)
    for name in ("blurred-by-another-tool.jpg", "from-another-tool.jpg"):
        saved(np.asarray(blurred, np.uint8), folder / name)
    all_round = np.full((512, 1024, 3), 120, np.uint8)
    all_round[128:384, 384:640] = portrait
    saved(all_round, folder / "all-round.jpg")
    (folder / "original.mp4").write_bytes(video.read_bytes())
    (folder / "broken.mp4").write_bytes(video.read_bytes()[:-4000])
    for place in ("folder", "footage", "archive", "trip/day1"):
        (folder / place).mkdir(parents=True)
        (folder / place / "a.jpg").write_bytes(photo.read_bytes())
    (folder / "footage/clip.mp4").write_bytes(video.read_bytes())
    saved(np.full((60, 80, 3), 120, np.uint8), folder / "trip/day2/IMG_0412.jpg")
    for number in range(3):
        light = np.clip(portrait[..., ::-1] * (0.7 + 0.2 * number), 0, 255)
        saved(np.asarray(light, np.uint8), folder / f"faces/{number}.jpg")
    saved(np.ascontiguousarray(portrait[:, ::-1]), folder / "other-pictures/a.jpg")
    (folder / "policy.toml").write_text('schema = "efface.policy/1"\n')
    (folder / "our-figure.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="9"/></svg>'
    )
    (folder / WORDS).write_text("four unrelated words\n")
    authority = Authority("an authority").certificate
    (folder / "authorities.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    key = pyrage.x25519.Identity.generate()
    (folder / "court.txt").write_text(f"{key}\n")
    for name in (COURT, "archive.txt"):
        (folder / name).write_text(f"{key.to_public()}\n")
