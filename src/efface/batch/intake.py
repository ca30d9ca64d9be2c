"""Which files belong to a batch, one after the other: however many there are, few are held in
memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from efface.batch.manifest import MANIFEST_SUFFIX, FileManifest
from efface.batch.store import Entry
from efface.errors import InputError, RefusedError
from efface.files.lists import listed
from efface.media.sniff import PHOTO_SUFFIXES, RAW_SUFFIXES, VIDEO_SUFFIXES
from efface.remote.address import Address, Place, as_relative
from efface.remote.catalogue import remote_for
from efface.workflow.plan import PlannedFile, is_result, planned_into
from efface.workflow.redact.order import Order

LeftOut = Callable[[str, str | InputError], None]
"""Is told of a place that is no part of a batch, and why."""

_KNOWN = PHOTO_SUFFIXES | RAW_SUFFIXES | VIDEO_SUFFIXES


def entries(
    inputs: Sequence[Place], out: Place, base: Order, left_out: LeftOut, root: Place | None = None
) -> Iterator[Entry]:
    """The files that inputs stand for, each with its output below ``out``.

    Args:
        inputs: files, folders, lists of them (``.txt``), manifests (``.csv``), and addresses of
            folders elsewhere.
        base: what is done with files of which nothing else is said.
        root: of manifests, as ``FileManifest`` has it.

    Raises:
        RefusedError: a manifest has faults.
        InputError: a list, a manifest or a folder elsewhere cannot be read.
    """
    for given in inputs:
        if isinstance(given, Address):
            yield from _elsewhere(given, out, left_out)
        elif given.suffix.lower() == MANIFEST_SUFFIX:
            yield from FileManifest(given, out, base, root).entries()
        else:
            found = listed(given)
            several = len(inputs) > 1 or found != [given]
            yield from _here(found, out, left_out, several=several)


def _here(
    inputs: Sequence[Path], out: Place, left_out: LeftOut, *, several: bool
) -> Iterator[Entry]:
    folder = out.absolute() if isinstance(out, Path) else _NOWHERE
    for file in planned_into(inputs, folder, several=several):
        if file.target is not None:
            yield Entry(file.source, _target(file, folder, out))
        else:
            left_out(str(file.source), file.error or file.skipped or "")


_NOWHERE = Path("/efface")
"""Stands for results that go elsewhere while their names are found."""


def _target(file: PlannedFile, folder: Path, out: Place) -> Place:
    assert file.target is not None, "the others are left out"
    if isinstance(out, Path):
        return file.target
    return out.below(file.target.relative_to(folder).as_posix())


def _elsewhere(folder: Address, out: Place, left_out: LeftOut) -> Iterator[Entry]:
    """By their names alone: what is in them is known when they are here."""
    there = False
    for file in remote_for(folder).files(folder):
        there = True
        inner = folder.inner(file)
        relative = None if inner is None else as_relative(inner)
        reason = _reason(file, relative)
        if reason is not None or relative is None:
            left_out(str(file), reason or "")
        elif isinstance(out, Path):
            yield Entry(file, out.absolute() / relative)
        else:
            yield Entry(file, out.below(str(relative)))
    if not there:
        raise RefusedError(f"there is no file in {folder}.", hint="Is that the right folder?")


def _reason(file: Address, relative: PurePosixPath | None) -> str | None:
    if relative is None:
        return "its name cannot be that of a file in a folder"
    if is_result(Path(relative)):
        return "by its name a result of efface already: not redacted again"
    if relative.suffix.lower() not in _KNOWN:
        return "by its name not a photo or a video: not fetched"
    return None
