"""The people among whom a person is looked for: those that efface carries, or the user's own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import chip
from efface.attack.interface import Candidates, Pixels, Points
from efface.attack.landmarks import points_in
from efface.attack.recognisers.interface import Recogniser, unit_length
from efface.detect.faces import face_detector
from efface.errors import EffaceError, InputError, RefusedError
from efface.files.paths import is_folder, printable, unreadable
from efface.media.families import PHOTO_SUFFIXES
from efface.media.sniff import kind_of_file, open_photo
from efface.policy import Limits
from efface.regions import Box
from efface.weights import weight

MAX_PICTURES = 20_000
"""In a gallery; its chips stay in memory, 68 kB each."""

CLEAR = 0.6
"""A face is passed over that scores less than this share of the surest one's: it may be a larger
one out of focus, or none."""

_NAMED = 20
"""Pictures that a refusal names at most; it says how many more there are."""


@cache
def default_distractors() -> Candidates:
    """Templates of AI-generated portraits, for every recogniser that efface carries; no chips.

    Raises:
        WeightError: the file is missing or another one.
    """
    with np.load(weight("distractors"), allow_pickle=False) as arrays:
        names = [name for name in arrays.files if "/" not in name]
        return Candidates({n: unit_length(arrays[n].astype(np.float32)) for n in names})


def like_photographs(name: str, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Templates of AI-generated portraits, moved to where photographs' templates lie: the affine
    map that takes their mean and covariance to those of photographs and moves them least (the
    optimal transport between two normal distributions: Olkin and Pukelsheim 1982). Who resembles
    whom changes little.

    Args:
        name: of the recogniser.
        rows: its templates, shape (n, dimensions).

    Raises:
        WeightError: the file is missing or another one.
    """
    with np.load(weight("distractors"), allow_pickle=False) as arrays:
        start, aim, turn = (arrays[f"{name}/{part}"] for part in ("start", "aim", "turn"))
    return unit_length(np.asarray(aim + (rows - start) @ turn, np.float32))


def gallery_from(
    folder: Path, recognisers: Sequence[Recogniser], limits: Limits | None = None
) -> Candidates:
    """The largest face of every picture in a folder and the folders in it, with its chip.

    Files that neither their names nor their first bytes call pictures are no part of it, and links
    to folders are not followed. Several pictures of one person are several candidates.

    Args:
        recognisers: whose templates are made.
        limits: what a hostile file may ask for.

    Raises:
        InputError: there is no such folder, or pictures in it cannot be read; all are named.
        RefusedError: there are pictures without a face in which eyes, nose and mouth are seen, all
            of which are named; no pictures at all, too many, or all of one person.
    """
    if not is_folder(folder):
        raise InputError("there is no such folder.", path=folder)
    pictures = list(pictures_in(folder))
    if not pictures:
        raise RefusedError("there is no picture in the gallery.", path=folder)
    if len(pictures) > MAX_PICTURES:
        raise RefusedError(
            f"the gallery has {len(pictures):,} pictures; {MAX_PICTURES:,} are the most.",
            path=folder,
        )
    chips = _chips(folder, pictures, limits or Limits())
    templates = {one.name: one.embed(chips) for one in recognisers}
    if _of_one_person(templates, recognisers):
        raise RefusedError(
            "the gallery shows one person only: there is nobody to tell them from.",
            path=folder,
            hint="Add pictures of other people.",
        )
    return Candidates(templates, chips)


def _of_one_person(
    templates: Mapping[str, NDArray[np.float32]], recognisers: Sequence[Recogniser]
) -> bool:
    """Whether every recogniser that can tell takes all pictures for the person on the first one."""
    known = [(templates[one.name], one.same) for one in recognisers if one.same is not None]
    if len(next(iter(templates.values()))) == 1:
        return True
    return bool(known) and all((rows @ rows[0] >= same).all() for rows, same in known)


def largest_face(picture: Pixels) -> NDArray[np.uint8] | None:
    """The chip of the largest clear face whose points are seen; ``None`` where there is none.

    Args:
        picture: RGB, shape (height, width, 3), upright.
    """
    points = largest_points(picture)
    return None if points is None else chip(picture, points)


def largest_points(picture: Pixels) -> Points | None:
    """The points of the largest clear face that has them, shape (5, 2); ``None``: there is none."""
    found = face_detector("fast").detect(picture)
    clear = [face for face in found if face.score >= CLEAR * found[0].score]
    for face in sorted(clear, key=lambda face: face.width * face.height, reverse=True):
        points = points_in(picture, Box(0, face.x, face.y, face.width, face.height))
        if points is not None:
            return points
    return None


def pictures_in(folder: Path) -> Iterator[Path]:
    """Every picture in it, by name or first bytes, in order.

    Raises:
        InputError: a folder cannot be listed.
    """
    failed: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=failed.append):
        folders.sort()
        for path in (Path(root, name) for name in sorted(files)):
            if path.suffix.lower() in PHOTO_SUFFIXES or _is_picture(path):
                yield path
    if failed:
        raise unreadable(Path(failed[0].filename or folder), failed[0])


def _is_picture(path: Path) -> bool:
    try:
        return kind_of_file(path) == "image"
    except InputError:
        return False


def _chips(folder: Path, pictures: Sequence[Path], limits: Limits) -> NDArray[np.uint8]:
    """The largest face of each; every picture without one is named."""
    chips: list[NDArray[np.uint8]] = []
    broken: list[str] = []
    empty: list[str] = []
    for path in pictures:
        name = printable(str(path.relative_to(folder)))
        try:
            face = largest_face(open_photo(path, limits).picture(0))
        except EffaceError as error:
            broken.append(f"{name} ({error.message.rstrip('.')})")
            continue
        if face is None:
            empty.append(name)
        else:
            chips.append(face)
    if broken:
        more = f" No face is seen in {_listed(empty)}." if empty else ""
        raise InputError(
            f"pictures of the gallery cannot be read: {_listed(broken)}.{more}",
            path=folder,
            hint=_TAKE_OUT,
        )
    if not chips:
        raise RefusedError(
            f"no face is seen in the gallery: {_listed(empty)}.", path=folder, hint=_TAKE_OUT
        )
    if empty:
        raise RefusedError(
            f"no face is seen in pictures of the gallery: {_listed(empty)}.",
            path=folder,
            hint=_TAKE_OUT,
        )
    return np.stack(chips)


_TAKE_OUT = "Take them out, or replace them: a gallery's size is part of the result."


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown}, and {more:,} more" if more > 0 else shown
