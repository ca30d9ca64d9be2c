"""Who is in which part: nobody is in two, and nothing of a probe is in a gallery."""

from __future__ import annotations

from pathlib import Path

import pytest

from efface.study.people import GALLERY, PROBES, SELECT, TRAIN, part_of, pictures, videos


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """130 people with ten empty pictures each."""
    for person in range(130):
        home = tmp_path / f"{person:03d}"
        home.mkdir()
        for number in range(1, 11):
            (home / f"f{number:02d}.jpg").touch()
    return tmp_path


def test_parts_follow_the_order_of_folders(folder: Path) -> None:
    found = pictures(folder)
    people = {p.person: p.part for p in found}
    assert [people[i] for i in (0, 99, 100, 124, 125, 129)] == [
        "train", "train", "select", "select", "test", "test",
    ]  # fmt: skip
    assert TRAIN == 100
    assert SELECT == 25
    assert part_of(TRAIN + SELECT) == "test"


def test_nobody_is_in_two_parts(folder: Path) -> None:
    found = pictures(folder)
    for part in ("train", "select", "test"):
        own = {p.person for p in found if p.part == part}
        assert own.isdisjoint({p.person for p in found if p.part != part})


def test_no_probe_is_in_the_gallery(folder: Path) -> None:
    assert set(GALLERY).isdisjoint(PROBES)
    found = pictures(folder)
    assert len({p.path for p in found}) == len(found)


def test_few_people_of_each_part(folder: Path) -> None:
    found = pictures(folder, 2)
    assert len({p.person for p in found}) == 6


def test_a_missing_picture_is_named(folder: Path) -> None:
    (folder / "101" / "f05.jpg").unlink()
    with pytest.raises(FileNotFoundError, match="f05"):
        pictures(folder)


def test_videos_of_a_person(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        for number in (2, 1, 3):
            (tmp_path / name / f"0{number}.jpg").touch()
    found = videos(tmp_path)
    assert [[path.name for path in of] for of in found] == [["01.jpg", "02.jpg", "03.jpg"]] * 2
    assert found[0][0].parent.name == "a"
