"""Videos altered after they were redacted, by a stranger and by the signer himself.

A stranger has the published file: whatever he changes, he encodes it again. The signer has the key
of the commitment too, and signs a proof made for what he altered. Each alteration of the first kind
below left the mean of every coarse cell as it was, and held once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.evidence.signers import signer
from tests.workflow.evidence.cases import Case, failing, finding
from tests.workflow.evidence.test_video import PLAIN, sealed

from efface.evidence.commitment.cells import Cells, sums_of
from efface.evidence.contents import proven
from efface.evidence.pack.redaction import Redaction
from efface.evidence.statement import sign_document
from efface.files.paths import sha256
from efface.media.opening import open_media
from efface.policy import Limits
from efface.regions import Box, Media, Regions, Track
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.notary import PackNotary
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports

SIZE = WIDTH, HEIGHT = 480, 272
FRAMES = 32
SIGN = slice(40, 88), slice(300, 444)
"""Rows and columns of a sign on the wall."""
FACE = 30, 60, 56, 72
COARSE = Cells.of(SIZE, 16, 16)
"""What earlier versions compared the means of."""
COARSE_TOLERANCE = 6

Plane = NDArray[np.uint8]
Frames = list[Plane]
"""Luma."""
Alteration = Callable[[Frames], Frames]


def scene() -> Frames:
    """A wall with a sign, a face, and a striped bag that somebody carries past."""
    rng = np.random.default_rng(3)
    small = rng.integers(90, 150, (HEIGHT // 16, WIDTH // 16), np.uint8)
    wall = np.asarray(cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)
    wall[SIGN] = 190
    cv2.putText(wall, "EXIT 42", (308, 76), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 40, 3)
    x, y, wide, high = FACE
    cv2.ellipse(wall, (x + wide // 2, y + high // 2), (wide // 2, high // 2), 0, 0, 360, 200, -1)
    out = []
    for n in range(FRAMES):
        frame = wall.copy()
        left = 40 + 9 * n
        bag = frame[200:256, left : left + 72]
        bag[:] = np.where(np.arange(bag.shape[1]) // 6 % 2, 30, 220)
        out.append(frame)
    return out


def written(path: Path, frames: Sequence[Plane], crf: int) -> Path:
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"crf": str(crf)})
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for luma in frames:
            planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
            planes[:HEIGHT] = luma
            out.mux(video.encode(av.VideoFrame.from_ndarray(planes, "yuv420p")))
        out.mux(video.encode(None))
    return path


def luma_of(path: Path) -> Frames:
    with av.open(str(path)) as file:
        pictures = (frame.to_ndarray(format="yuv420p") for frame in file.decode(video=0))
        return [np.array(picture[:HEIGHT], np.uint8) for picture in pictures]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("published")
    case = sealed(folder, written(folder / "clip.mp4", scene(), 16))
    media = Media(case.original.name, sha256(case.original), "video", WIDTH, HEIGHT, FRAMES)
    track = Track("t1", tuple(Box(n, *FACE) for n in range(FRAMES)))
    ports = Ports(notary=PackNotary(case.pack, case.secret, case.signer))
    regions = Regions(media, (track,))
    redact_file(FileOrder(case.original, case.published, Order(PLAIN), ports, regions)).or_raise()
    return case


def signed_over(case: Case, bare: Path) -> Case:
    """The signer publishes another file, with a proof of his own making and a new statement."""
    evidence = case.evidence()
    told = Redaction.of(evidence.redaction)
    original, altered = (open_media(path, Limits()) for path in (case.original, bare))
    made = case.pack.commitment
    proof = proven(original, altered, told.zones, case.secret.key, made, copies=lambda *_: True)
    told = replace(
        told, proof=hashlib.sha256(proof).hexdigest(), bare=sha256(bare), repeatable=False
    )
    signed = sign_document(told.to_json(), case.signer)
    case.put_around(bare, replace(evidence, redaction=signed, proof=proof), case.signer)
    return case


def compensated(before: Plane, after: Plane) -> Plane:
    """The picture with every coarse cell's mean made good where it was not altered."""
    out = after.astype(np.int16)
    for number in range(COARSE.number):
        box = COARSE.rect(number, SIZE)
        part = np.s_[box.y0 : box.y1, box.x0 : box.x1]
        same = after[part] == before[part]
        missing = int(before[part].sum()) - int(after[part].sum())
        if missing and same.any():
            out[part][same] += round(missing / int(same.sum()))
    return np.clip(out, 0, 255).astype(np.uint8)


def coarse_means(frame: Plane) -> NDArray[np.int64]:
    across, down = COARSE.edges(*SIZE)
    return sums_of(frame, across, down) // (np.diff(down)[:, None] * np.diff(across))


def silhouette(frames: Frames) -> Frames:
    """A dark thing, as large in the picture as one of 410x215 in 1080p."""
    out = []
    for frame in frames:
        after = frame.copy()
        cv2.rectangle(after, (190, 100), (292, 110), 35, -1)
        cv2.rectangle(after, (203, 110), (217, 154), 35, -1)
        out.append(compensated(frame, after))
    return out


def lettered(frames: Frames) -> Frames:
    """A sign that was not there."""
    out = []
    for frame in frames:
        after = frame.copy()
        cv2.putText(after, "POLICE", (150, 150), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 60, 2)
        out.append(compensated(frame, after))
    return out


def wiped(frames: Frames) -> Frames:
    """The letters of the sign taken out."""
    out = []
    for frame in frames:
        after = frame.copy()
        after[SIGN] = 190
        out.append(after)
    return out


def exchanged_text(frames: Frames) -> Frames:
    """The number on the sign exchanged."""
    out = []
    for frame in frames:
        after = frame.copy()
        after[SIGN] = 190
        cv2.putText(after, "EXIT 17", (308, 76), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 40, 3)
        out.append(after)
    return out


def flash(frames: Frames) -> Frames:
    """One white frame."""
    return [np.full_like(f, 235) if n == 12 else f for n, f in enumerate(frames)]


def frozen(frames: Frames) -> Frames:
    """Nothing moves for half a second."""
    return [*frames[:10], *[frames[10]] * 12, *frames[22:]]


def looped(frames: Frames) -> Frames:
    """What happened in a third of a second is covered with what was before."""
    return [*frames[:16], *frames[8:16], *frames[24:]]


def mirrored(frames: Frames) -> Frames:
    return [frame[:, ::-1].copy() for frame in frames]


def shifted(frames: Frames) -> Frames:
    return [np.roll(frame, 3, axis=1) for frame in frames]


def two_exchanged(frames: Frames) -> Frames:
    """Frames of different groups in each other's place."""
    out = list(frames)
    out[4], out[28] = out[28], out[4]
    return out


ALL: tuple[Alteration, ...] = (
    silhouette, lettered, wiped, exchanged_text, flash, frozen, looped, mirrored, shifted,
    two_exchanged,
)  # fmt: skip


@pytest.mark.parametrize("alter", [silhouette, lettered])
def test_it_kept_what_once_was_all_that_was_compared(alter: Alteration) -> None:
    before = scene()
    for one, other in zip(before, alter(before), strict=True):
        assert np.abs(coarse_means(one) - coarse_means(other)).max() <= COARSE_TOLERANCE
        assert np.abs(one.astype(int) - other).max() > 60


@pytest.mark.parametrize("alter", ALL)
def test_by_a_stranger(alter: Alteration, published: Case, tmp_path: Path) -> None:
    case = published.copied(tmp_path)
    bare = written(tmp_path / "bare.mp4", alter(luma_of(case.published)), 16)
    case.put_around(bare, case.evidence(), signer("somebody else"))
    found = case.stranger()
    wrong = failing(found)
    assert "was changed or encoded again, from frames 0 to 7 on" in wrong["file.proof"]
    assert "another file" in wrong["file.bare"]
    assert found.exit_code == 7


@pytest.mark.parametrize("alter", ALL)
def test_by_the_signer(alter: Alteration, published: Case, tmp_path: Path) -> None:
    case = published.copied(tmp_path)
    bare = written(tmp_path / "bare.mp4", alter(luma_of(case.published)), 16)
    found = signed_over(case, bare).stranger()
    wrong = failing(found)
    assert "farther from what was committed than encoding explains" in wrong["file.proof"]
    assert found.exit_code == 7


def test_what_was_encoded_again_by_the_signer_holds(published: Case, tmp_path: Path) -> None:
    """So that the tests above find what was altered, and not that it was encoded."""
    case = published.copied(tmp_path)
    bare = written(tmp_path / "bare.mp4", luma_of(case.published), 16)
    found = signed_over(case, bare).stranger()
    assert failing(found) == {}
    assert "eighth" in finding(found, "file.proof").does_not_say


def whispered(frames: Frames) -> Frames:
    """Letters of which eyes see nothing."""
    out = []
    for frame in frames:
        mask = np.zeros_like(frame)
        cv2.putText(mask, "POLICE", (150, 150), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 3, 2)
        out.append(cv2.add(frame, mask).astype(np.uint8))
    return out


def glimpsed(frames: Frames) -> Frames:
    """A grey thing for a 25th of a second."""
    out = [frame.copy() for frame in frames]
    part = out[12][96:128, 208:272]
    part[:] = np.clip(part.astype(int) + 24, 0, 255)
    return out


@pytest.mark.parametrize("alter", [whispered, glimpsed])
def test_what_stays_possible_to_the_signer_is_said(
    alter: Alteration, published: Case, tmp_path: Path
) -> None:
    case = published.copied(tmp_path)
    bare = written(tmp_path / "bare.mp4", alter(luma_of(case.published)), 16)
    found = signed_over(case, bare).stranger()
    assert failing(found) == {}
    said = finding(found, "file.proof").does_not_say
    assert "fainter changes" in said
    assert "one frame alone, taken out of it" in said
