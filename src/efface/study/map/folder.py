"""A folder of people, one folder each, and who is for what.

Attackers are trained on some people, chosen on others and scored once on the rest; nobody is in
two parts. Of those scored, some pictures are the gallery and others are searched for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from efface.errors import InputError, RefusedError
from efface.files.paths import printable
from efface.study.faces import PlacedFace, Progress, faces_of, read
from efface.study.people import Part, Role, StudyPicture

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")

LEAST_PEOPLE = 24
"""Below, no part is large enough to fit, to choose or to score on."""

LEAST_PICTURES = 3
"""Of a person: two in the gallery, since an insider is fitted to them, and one to search for."""

TRAIN, SELECT = 0.4, 0.1
"""Shares of the people, as in the leak table; the rest is scored."""

MOST_PIXELS = 100_000_000
"""Of a picture: larger ones are not opened."""

BATCH = 100
"""Pictures after which the places of faces are kept on disk."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many pictures of a person are used, at most."""

    train: int
    gallery: int
    probes: int
    choosing: int
    """Probes of people whom attackers are chosen on: there are fewer of them."""

    @property
    def most(self) -> int:
        return max(self.train, self.gallery + max(self.probes, self.choosing))


FULL = Sizes(6, 4, 1, 2)
QUICK = Sizes(3, 2, 1, 1)


@dataclass(frozen=True, slots=True)
class Passed:
    """A picture that was passed over."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class People:
    """Who takes part."""

    pictures: tuple[StudyPicture, ...]
    faces: tuple[PlacedFace, ...]
    """Of each picture."""
    passed: tuple[Passed, ...]
    """Pictures that cannot be used."""
    left_out: int
    """People of whom there are too few pictures."""

    def count(self, part: Part) -> int:
        """How many people are in a part."""
        return len({p.person for p in self.pictures if p.part == part})

    @property
    def width_px(self) -> float:
        """Nineteen of twenty faces are at least so wide."""
        return float(np.quantile([face.box.width for face in self.faces], 0.05))

    @property
    def digest(self) -> str:
        """Of who is in which part, and of the files as they are."""
        told = [
            (str(p.path), p.person, p.part, p.role, (s := p.path.stat()).st_size, s.st_mtime_ns)
            for p in self.pictures
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def people_of(
    folder: Path, sizes: Sizes, cache: Path, *, seed: int, progress: Progress | None = None
) -> People:
    """Look for people and their faces.

    Args:
        folder: one folder a person, of any name, with pictures of any names; the first by name are
            used.
        sizes: how many.
        cache: folder that keeps the places of faces.
        seed: decides who is in which part.
        progress: told how many pictures of how many have been looked at.

    Raises:
        InputError: there is no such folder.
        RefusedError: too few people are left.
    """
    homes = _homes(folder)
    passed: list[Passed] = []
    readable: list[list[Path]] = []
    for home in homes:
        good: list[Path] = []
        for path in _listed(home):
            if len(good) == sizes.most:
                break
            why = _fault(path)
            if why is None:
                good.append(path)
            else:
                passed.append(Passed(path, why))
        readable.append(good)
    places = _places([path for own in readable for path in own], cache, progress)
    passed += [Passed(path, "no face was found") for path, f in places.items() if not f.found]
    usable = [[path for path in own if places[path].found] for own in readable]
    enough = [own for own in usable if len(own) >= LEAST_PICTURES]
    if len(enough) < LEAST_PEOPLE:
        raise RefusedError(
            f"a study needs {LEAST_PEOPLE} people with {LEAST_PICTURES} pictures each that show "
            f"their faces; there are {len(enough)} ({len(homes)} folders, {len(passed)} pictures "
            f"passed over{_example(passed)}).",
            path=folder,
            hint="Give a folder with one folder for each person; 250 people say what is at chance.",
        )
    pictures = _shared_out(enough, sizes, seed)
    return People(
        pictures,
        tuple(places[p.path] for p in pictures),
        tuple(passed),
        len(homes) - len(enough),
    )


def _homes(folder: Path) -> list[Path]:
    try:
        return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    except OSError as error:
        raise InputError(
            f"the folder cannot be read: {error.strerror or error}.",
            path=folder,
            hint="Give a folder with one folder for each person.",
        ) from error


def _listed(home: Path) -> list[Path]:
    try:
        return sorted(p for p in home.iterdir() if p.suffix.lower() in ENDINGS and p.is_file())
    except OSError:
        return []


def _fault(path: Path) -> str | None:
    """Why a picture cannot be used, if so."""
    try:
        with Image.open(path) as image:
            if image.width * image.height > MOST_PIXELS:
                return f"more than {MOST_PIXELS // 1_000_000} million pixels"
        read(path)
    except Exception as error:  # whatever a hostile file makes the library raise
        return f"it cannot be read ({type(error).__name__})"
    return None


def _places(
    paths: Sequence[Path], cache: Path, progress: Progress | None
) -> dict[Path, PlacedFace]:
    """Faces, kept on disk every now and then, so that a run that was stopped goes on."""
    found: dict[Path, PlacedFace] = {}
    for start in range(0, len(paths), BATCH):
        batch = paths[start : start + BATCH]
        digest = hashlib.sha256(repr([_state(path) for path in batch]).encode()).hexdigest()[:12]
        found |= zip(batch, faces_of(batch, cache / f"places-{digest}.npz"), strict=True)
        if progress is not None:
            progress(min(start + BATCH, len(paths)), len(paths))
    return found


def _state(path: Path) -> tuple[str, int, int]:
    state = path.stat()
    return str(path), state.st_size, state.st_mtime_ns


def _example(passed: Sequence[Passed]) -> str:
    if not passed:
        return ""
    first = passed[0]
    return f", the first {printable(f'{first.path.parent.name}/{first.path.name}')}: {first.why}"


def _shared_out(
    people: Sequence[Sequence[Path]], sizes: Sizes, seed: int
) -> tuple[StudyPicture, ...]:
    order = np.random.default_rng(seed).permutation(len(people))
    train, select = round(TRAIN * len(people)), max(4, round(SELECT * len(people)))
    least = min(len(people[i]) for i in order[train:])
    gallery = min(sizes.gallery, max(2, least - sizes.probes))
    found: list[StudyPicture] = []
    for place, index in enumerate(order):
        own = people[index]
        part: Part = "train" if place < train else "select" if place < train + select else "test"
        roles: list[tuple[Sequence[Path], Role]] = [(own[: sizes.train], "train")]
        if part != "train":
            most = sizes.choosing if part == "select" else sizes.probes
            probes = own[gallery : gallery + min(most, least - gallery)]
            roles = [(own[:gallery], "gallery"), (probes, "probe")]
        found += [StudyPicture(p, int(index), part, role) for paths, role in roles for p in paths]
    return tuple(found)
