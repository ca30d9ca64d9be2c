"""Whose pictures are for what."""

from __future__ import annotations

from pathlib import Path

from efface.study.people import StudyPicture
from efface.study.splits import Splits

PICTURES = [
    *(StudyPicture(Path("a"), 0, "train", "train") for _ in range(3)),
    StudyPicture(Path("b"), 1, "select", "gallery"),
    StudyPicture(Path("b"), 1, "select", "probe"),
    *(
        StudyPicture(Path("c"), who, "test", role)
        for who in (3, 7)
        for role in ("gallery", "gallery", "probe")
    ),
]  # fmt: skip


def test_each_probe_knows_the_row_of_its_person() -> None:
    splits = Splits.of(PICTURES)
    assert splits.train.tolist() == [0, 1, 2]
    assert splits.train_people.tolist() == [0, 0, 0]
    test = splits.parts["test"]
    assert test.gallery.tolist() == [[5, 6], [8, 9]]
    assert test.probes.tolist() == [7, 10]
    assert test.person.tolist() == [0, 1]


def test_parts_share_nobody() -> None:
    parts = Splits.of(PICTURES).parts
    assert set(parts) == {"select", "test"}
    assert not set(parts["select"].gallery.ravel()) & set(parts["test"].gallery.ravel())
