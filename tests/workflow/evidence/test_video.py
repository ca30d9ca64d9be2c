"""A video's case: figures within a bound and sound to the bit, or samples where nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.evidence.signers import NOW, signer
from tests.workflow.evidence.cases import LATER, Case, failing, finding, key_pair

from efface.errors import VerificationError
from efface.files.paths import sha256
from efface.policy import Limits, Policy, RescanPolicy, VideoPolicy
from efface.regions import Box, Media, Regions, Track
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.notary import PackNotary
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports
from efface.workflow.redact.report import FileReport
from efface.workflow.seal import Request, seal_original

SIZE = WIDTH, HEIGHT = 320, 240
FRAMES = 24
PLAIN = Policy(rescan=RescanPolicy(enabled=False))


def filmed(path: Path, portrait: NDArray[np.uint8], codec: str) -> Path:
    """The portrait moves to the right before a striped wall, with a tone."""
    with av.open(str(path), "w") as out:
        video = out.add_stream(codec, rate=25)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(FRAMES):
            picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
            picture[::9] = 140
            picture[:HEIGHT, 2 * index : 2 * index + 256] = portrait[:HEIGHT]
            out.mux(video.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(video.encode(None))
    return path


def sealed(folder: Path, original: Path) -> Case:
    by, (recipient, identity) = signer(), key_pair()
    pack = folder / "case.pack"
    seal_original(Request(original, pack, (recipient,), by, now=NOW), Limits())
    return Case(folder, original, pack, folder / f"published{original.suffix}", by, identity)


def redact(case: Case, policy: Policy = PLAIN) -> FileReport:
    boxes = tuple(Box(frame, 82 + 2 * frame, 25, 52, 70) for frame in range(FRAMES))
    media = Media(case.original.name, sha256(case.original), "video", WIDTH, HEIGHT, FRAMES)
    ports = Ports(notary=PackNotary(case.pack, case.secret, case.signer, LATER))
    regions = Regions(media, (Track("t1", boxes),))
    asked = FileOrder(case.original, case.published, Order(policy), ports, regions)
    return redact_file(asked).or_raise()


@pytest.mark.parametrize(
    ("name", "codec", "words"),
    [
        ("clip.mp4", "libx264", "the mean brightness is within 6 of 255"),
        ("clip.mkv", "ffv1", "every sample is that of the committed original"),
    ],
)
def test_a_video_holds_for_a_stranger_and_for_a_court(
    name: str, codec: str, words: str, portrait: NDArray[np.uint8], tmp_path: Path
) -> None:
    case = sealed(tmp_path, filmed(tmp_path / name, portrait, codec))
    redact(case)
    found = case.court()
    assert failing(found) == {}
    assert words in finding(found, "file.proof").says
    assert "24 zones" in finding(found, "file.zones").says
    assert case.published.with_suffix(".c2pa").exists() is (name == "clip.mkv")


def test_a_changed_frame_is_found_by_a_stranger(
    portrait: NDArray[np.uint8], tmp_path: Path
) -> None:
    """Another video in the place of the published one, with the sidecar that belongs to that."""
    case = sealed(tmp_path, filmed(tmp_path / "clip.mkv", portrait, "ffv1"))
    redact(case)
    filmed(case.published, portrait[:, ::-1], "ffv1")
    found = failing(case.stranger())
    assert "credentials.file" in found
    assert "not as it was committed" in found["file.proof"]


def lettered(source: Path, target: Path) -> None:
    """Stripes as bold as letters, in a zone and outside, that leave every cell's mean as it was."""
    with av.open(str(source)) as read, av.open(str(target), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"crf": "4"})
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for frame in read.decode(video=0):
            picture = frame.to_ndarray(format="yuv420p")
            stripes = np.where(np.arange(40) // 4 % 2, 20, -20)
            for top, left in ((200, 260), (90, 100)):
                part = picture[top : top + 12, left : left + 40]
                part[:] = np.clip(part.astype(int) + stripes, 0, 255)
            again = av.VideoFrame.from_ndarray(picture, "yuv420p")
            again.pts, again.time_base = frame.pts, frame.time_base
            out.mux(video.encode(again))
        out.mux(video.encode(None))


@pytest.mark.parametrize("reproducible", [False, True])
def test_letters_in_a_video_are_found_where_its_bytes_repeat(
    reproducible: bool, portrait: NDArray[np.uint8], tmp_path: Path
) -> None:
    case = sealed(tmp_path, filmed(tmp_path / "clip.mp4", portrait, "libx264"))
    redact(case, replace(PLAIN, video=VideoPolicy(reproducible=reproducible)))
    evidence = case.evidence()
    lettered(case.published, tmp_path / "bare.mp4")
    case.put_around(tmp_path / "bare.mp4", evidence, case.signer)
    found = case.court()
    wrong = failing(found)
    assert "another file" in wrong["file.bare"]
    assert "was changed or encoded again" in wrong["file.proof"]
    if reproducible:
        says = finding(found, "redaction.repeated").says
        assert "very bytes that the signed statement names" in says
        assert "not the one that the redaction done again gives" in wrong["redaction.published"]


def test_what_cannot_be_proven_is_not_released(portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    """Samples were committed to, and the output has a codec that loses some."""
    case = sealed(tmp_path, filmed(tmp_path / "clip.mkv", portrait, "ffv1"))
    lossy = Policy(rescan=RescanPolicy(enabled=False), video=VideoPolicy(codec="h264"))
    with pytest.raises(VerificationError, match="cannot be proven"):
        redact(case, lossy)
    assert not case.published.exists()
    assert case.pack.redactions() == ()
    assert [entry.action for entry in case.pack.log().entries] == ["received", "sealed"]
