"""Which inputs there are, and where each output goes; decided before anything is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from efface.errors import InputError, RefusedError
from efface.evidence.pack import layout
from efface.files.appearing import TEMPORARY_PREFIX
from efface.files.paths import exists, is_folder, opened, same_place
from efface.media.siblings import SIDECAR_SUFFIXES
from efface.media.sniff import (
    HEAD_BYTES,
    PHOTO_SUFFIXES,
    RAW_SUFFIXES,
    VIDEO_SUFFIXES,
    family_of,
)
from efface.media.unhandled import unhandled

_EFFACED = ".effaced"

_RESULT = "by its name a result of efface already: not redacted again"
_PACK = "a pack of evidence: what is in it is neither redacted nor looked at"


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One input and its output; or why it is left out."""

    source: Path
    target: Path | None = None
    skipped: str | None = None
    """Reason for leaving a file of a folder alone."""
    error: InputError | None = None
    """Reason why the file or folder failed before it was opened."""


def effaced_name(source: Path) -> Path:
    """``NAME.effaced.EXT`` beside the input (for a folder: ``NAME.effaced``)."""
    if is_folder(source):
        resolved = source.resolve()
        if not resolved.name:
            raise RefusedError("this is a whole disk.", path=source, hint="Name a folder with -o.")
        return resolved.with_name(resolved.name + _EFFACED)
    return source.with_name(f"{source.stem}{_EFFACED}{source.suffix}")


def is_result(path: Path) -> bool:
    """Whether it is named as :func:`effaced_name` names results."""
    return path.suffix.lower() == _EFFACED or Path(path.stem).suffix.lower() == _EFFACED


def is_pack(folder: Path) -> bool:
    """Whether a folder is named as packs of evidence are, and begins as they do."""
    return folder.suffix.lower() == layout.SUFFIX and exists(folder / layout.PACK)


def plan(inputs: Sequence[Path], out: Path | None) -> tuple[PlannedFile, ...]:
    """Pair every input with its output.

    A file goes to ``out`` (one input, and ``out`` is no folder) or into the folder ``out``; the
    files of a folder keep their sub-folders below ``out``. What is named as a result is left out,
    unless it is the one input and a name for its output was given.

    Raises:
        RefusedError: two inputs would go to one output, an output is one of the inputs, or several
            inputs are to go to one file; the folders are empty; the one input is a result.
    """
    into_folder = out is not None and _is_folder(inputs, out)
    if len(inputs) == 1 and out is None and is_result(inputs[0]):
        raise RefusedError(
            "by its name this is a result of efface already.",
            path=inputs[0],
            hint="Give the original; or say with -o where a second redaction of it goes.",
        )
    planned = list(_paired(inputs, out, into_folder=into_folder))
    _check_collisions(planned)
    return _some(planned, inputs)


def planned_into(inputs: Iterable[Path], folder: Path, *, several: bool) -> Iterator[PlannedFile]:
    """Pair inputs with outputs in a folder one after the other, as ``plan`` does for inputs that
    are held in memory; whether two would go to one output is for the caller to see.

    Args:
        several: there is more than one input, so that what is named as a result is left out.
    """
    for source in inputs:
        yield from _pair(source, folder, several=several, into_folder=True)


def _paired(
    inputs: Sequence[Path], out: Path | None, *, into_folder: bool
) -> Iterator[PlannedFile]:
    for source in inputs:
        yield from _pair(source, out, several=len(inputs) > 1, into_folder=into_folder)


def _pair(
    source: Path, out: Path | None, *, several: bool, into_folder: bool
) -> Iterator[PlannedFile]:
    if several and is_result(source):
        yield PlannedFile(source, skipped=_RESULT)
    elif is_folder(source):
        yield from in_folder(source, out if out is not None else effaced_name(source))
    elif out is None:
        yield PlannedFile(source, effaced_name(source))
    else:
        yield PlannedFile(source, out / source.name if into_folder else out)


def photos(inputs: Sequence[Path]) -> tuple[PlannedFile, ...]:
    """Every input without outputs, folders opened: for commands that only read.

    Raises:
        RefusedError: the folders are empty.
    """
    planned: list[PlannedFile] = []
    for source in inputs:
        planned += in_folder(source, None) if is_folder(source) else [PlannedFile(source)]
    return _some(planned, inputs)


def _some(planned: Sequence[PlannedFile], inputs: Sequence[Path]) -> tuple[PlannedFile, ...]:
    if not inputs:
        raise RefusedError("there is no file to work on.")
    if not planned:
        raise RefusedError(
            "there is no file in it.", path=inputs[0], hint="Is that the right folder?"
        )
    return tuple(planned)


def _is_folder(inputs: Sequence[Path], out: Path) -> bool:
    several = len(inputs) > 1 or any(is_folder(path) for path in inputs)
    if several and exists(out) and not is_folder(out):
        raise RefusedError(
            "several inputs cannot go to one file.", path=out, hint="Give a folder with -o."
        )
    return several or is_folder(out) or str(out).endswith(("/", os.sep)) or not out.suffix


def in_folder(folder: Path, out: Path | None) -> Iterator[PlannedFile]:
    """Every file of a folder and of its sub-folders, in the order of their names, with its output
    below ``out``; or, with ``None``, without outputs."""
    failed: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=failed.append):
        here = Path(root)
        folders.sort()
        for name in list(folders):
            inner = here / name
            if inner.is_symlink():
                folders.remove(name)
                yield PlannedFile(
                    inner, skipped="a symbolic link to a folder; links are not followed"
                )
            elif out is not None and same_place(inner, out):
                folders.remove(name)
            elif out is not None and is_result(inner):
                folders.remove(name)
                yield PlannedFile(inner, skipped=_RESULT)
            elif is_pack(inner):
                folders.remove(name)
                yield PlannedFile(inner, skipped=_PACK)
        for name in sorted(files):
            source = here / name
            target = None if out is None else out / source.relative_to(folder)
            yield _planned(source, target)
        while failed:
            yield _unreadable(failed.pop())
    while failed:
        yield _unreadable(failed.pop())


def _unreadable(error: OSError) -> PlannedFile:
    path = Path(str(error.filename))
    return PlannedFile(
        path,
        error=InputError(
            f"the folder cannot be read ({error.strerror}).", path=path, hint="Check its rights."
        ),
    )


def _planned(source: Path, target: Path | None) -> PlannedFile:
    suffix = source.suffix.lower()
    skipped: str | None = None
    error: InputError | None = None
    if source.name.startswith(TEMPORARY_PREFIX):
        skipped = "a leftover of an interrupted run; it can be deleted"
    elif target is not None and is_result(source):
        skipped = _RESULT
    elif suffix in SIDECAR_SUFFIXES:
        skipped = "goes with a photo and can show or name people: not copied"
    elif suffix not in PHOTO_SUFFIXES | RAW_SUFFIXES | VIDEO_SUFFIXES:
        try:
            with opened(source) as file:
                head = file.read(HEAD_BYTES)
                if family_of(head) is None and unhandled(source, head) is None:
                    skipped = "not a photo: not copied"
        except InputError as reason:
            error = reason
    return PlannedFile(source, None if skipped or error else target, skipped, error)


def _check_collisions(planned: Sequence[PlannedFile]) -> None:
    sources = {_key(file.source): file.source for file in planned}
    targets: dict[str, Path] = {}
    for file in planned:
        if file.target is None:
            continue
        key = _key(file.target)
        if key in targets:
            raise RefusedError(
                f"{targets[key]} and {file.source} would both be written to it.",
                path=file.target,
                hint="Rename one, or redact them in two runs with different -o.",
            )
        if key in sources:
            raise RefusedError(
                f"the output for {file.source} would overwrite an input.",
                path=file.target,
                hint="Give another folder with -o; originals are never written to.",
            )
        targets[key] = file.source


def _key(path: Path) -> str:
    try:
        return os.path.normcase(path.resolve())
    except (OSError, RuntimeError):  # a loop of symbolic links
        return os.path.normcase(path.absolute())
