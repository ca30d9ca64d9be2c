"""Who is in which part of the study, and which of their pictures are used for what.

Nothing is chosen on the test people: attackers are trained on some, chosen on others, and the
chosen ones are scored once on the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Part = Literal["train", "select", "test"]
Role = Literal["gallery", "probe", "train"]

TRAIN, SELECT = 100, 25
"""People, in the order of their folders; all others are for the test."""

GALLERY = ("f01", "f02", "f03", "f04")
"""Clear pictures that an investigator is taken to have of a person; templates are averaged."""

PROBES = ("f05", "f06")
"""Pictures of the same person that are published redacted, and searched for one by one."""

CHOOSING = ("f05", "f06", "f07", "f08", "f09", "f10")
"""The same for the few people on whom attackers are chosen: more, for a better choice."""

TRAINING = tuple(f"f{number:02d}" for number in range(1, 11))
"""Pictures of attacker-train people: every frontal one."""


@dataclass(frozen=True, slots=True)
class StudyPicture:
    """One picture and what it is for."""

    path: Path
    person: int
    """Index among all people of the study, in the order of their folders."""
    part: Part
    role: Role


def part_of(index: int) -> Part:
    """Which part the person with this index is in."""
    if index < TRAIN:
        return "train"
    return "select" if index < TRAIN + SELECT else "test"


def pictures(folder: Path, people: int | None = None) -> tuple[StudyPicture, ...]:
    """Every picture that the study uses, person by person.

    Args:
        folder: one folder a person, with ``f01.jpg`` to ``f10.jpg``.
        people: of each part only so many (for a quick look), or all.

    Raises:
        FileNotFoundError: a picture is not there.
    """
    found: list[StudyPicture] = []
    taken: dict[Part, int] = {"train": 0, "select": 0, "test": 0}
    for index, home in enumerate(sorted(path for path in folder.iterdir() if path.is_dir())):
        part = part_of(index)
        if people is not None and taken[part] >= people:
            continue
        taken[part] += 1
        roles: list[tuple[Sequence[str], Role]] = [(TRAINING, "train")]
        if part != "train":
            searched = CHOOSING if part == "select" else PROBES
            roles = [(GALLERY, "gallery"), (searched, "probe")]
        for names, role in roles:
            for name in names:
                path = home / f"{name}.jpg"
                if not path.is_file():
                    raise FileNotFoundError(f"expected {path}")
                found.append(StudyPicture(path, index, part, role))
    return tuple(found)


def videos(folder: Path) -> tuple[tuple[Path, ...], ...]:
    """Of each person, one picture of each of three videos (``01.jpg`` to ``03.jpg``)."""
    homes = sorted(path for path in folder.iterdir() if path.is_dir())
    return tuple(tuple(sorted(home.glob("*.jpg"))) for home in homes)
