"""Counts that a person can check."""

from __future__ import annotations

import pytest

from efface.documents.model import plain
from efface.regions import Box, Media, Regions, Track
from efface.regions.choices import Keep
from efface.workflow.redact.counts import counted

MEDIA = Media("a.mp4", "0" * 64, "video", 100, 100, 10)


def regions(*tracks: Track) -> Regions:
    return Regions(MEDIA, tracks)


def track(name: str, *, action: str = "redact", zone: bool = False) -> Track:
    box = Box(0, 10, 10, 20, 20)
    return Track(name, (box,), action="keep" if action == "keep" else "redact", zone=zone)


@pytest.mark.parametrize(
    ("keep", "drawn", "words"),
    [
        ((), 0, "2 tracks"),
        (("t1@3-6",), 1, "2 tracks (1 kept 0:03.0-0:06.0), 1 drawn zone"),
        (("t1@3-6", "t1@8-"), 0, "2 tracks (1 kept 0:03.0-0:06.0, from 0:08.0)"),
        (("t1", "t1@3-6"), 2, "2 tracks (1 kept), 2 drawn zones"),
        (("t1", "t2@-6"), 0, "2 tracks (2 kept: t1, t2 0:00.0-0:06.0)"),
    ],
)
def test_in_words(keep: tuple[str, ...], drawn: int, words: str) -> None:
    found = regions(track("t1"), track("t2"))
    assert counted(found, [Keep.parse(k) for k in keep], drawn).words() == words


def test_what_regions_keep_and_draw_counts_too() -> None:
    found = regions(track("t1", action="keep"), track("z1", zone=True))
    counts = counted(found, [Keep.parse("t1@1-2")])
    assert counts.words() == "1 track (1 kept), 1 drawn zone"
    assert plain(counts.entry()) == {
        "tracks": 1,
        "kept": [{"track": "t1", "from_s": None, "to_s": None}],
        "drawn_zones": 1,
    }
