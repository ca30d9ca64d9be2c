"""The headers of sound copied to AVI files."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest
from tests.media.video.contract_clips import Sound, make, packets
from tests.media.video.contract_clips_list import CLIPS
from tests.media.video.test_contract import BLACK, zones

from efface.media.video import open_video
from efface.media.video.writing import write_video
from efface.policy import Limits, VideoPolicy

Header = tuple[int, ...]


def sound_header(path: Path) -> Header:
    """Scale, rate, start, length, buffer, quality and sample size of the sound's header."""
    data = path.read_bytes()
    at = data.index(b"strh", data.index(b"strh") + 1)
    assert data[at + 8 : at + 12] == b"auds"
    return struct.unpack_from("<7I", data, at + 8 + 20)


@pytest.mark.parametrize("encoder", ["libmp3lame", "mp2", "ac3", "pcm_s16le"])
def test_sound_has_the_headers_of_the_input(encoder: str, tmp_path: Path) -> None:
    clip = replace(CLIPS["avi-mpeg4"], sounds=(Sound(encoder),), frames=20)
    source, target = make(tmp_path, clip), tmp_path / "out.avi"
    write_video(open_video(source, Limits()), target, zones, BLACK, VideoPolicy())
    assert packets(target) == packets(source)
    before, after = sound_header(source), sound_header(target)
    assert after[:2] == before[:2]
    assert after[6] == before[6]
    if encoder != "pcm_s16le":
        assert after[3] == len(packets(target)[0])
