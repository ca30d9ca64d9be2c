"""Regions documents on disk: one, several in a list, or a folder of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from efface.documents.reading import as_model, from_json
from efface.errors import EffaceError, InputError, RefusedError
from efface.files.paths import is_folder
from efface.regions.form import FORMAT_HINT, SCHEMA, RegionsList
from efface.regions.model import Regions

STDIN = Path("-")


def load_regions(path: Path) -> dict[str, Regions]:
    """Read regions by the SHA-256 of the file they belong to.

    Args:
        path: a document, a document with a list ``files``, or a folder of documents (``*.json``);
            ``-`` is standard input.

    Raises:
        InputError: nothing there, or not readable as JSON.
        RefusedError: not valid ``efface.regions/1``, or two documents for one file.
    """
    if is_folder(path):
        sources = sorted(path.rglob("*.json"))
        if not sources:
            raise InputError("the folder has no regions documents (*.json).", path=path)
    else:
        sources = [path]
    found: dict[str, Regions] = {}
    for source in sources:
        for document in _documents(source):
            try:
                regions = Regions.from_json(document)
            except RefusedError as error:
                raise RefusedError(error.message, path=source, hint=error.hint) from error
            key = regions.media.sha256.lower()
            if key in found:
                raise RefusedError(
                    f"a second regions document for {regions.media.file!r}.",
                    path=source,
                    hint="Keep one.",
                )
            found[key] = regions
    return found


def _documents(path: Path) -> Iterable[object]:
    try:
        text = _stdin() if path == STDIN else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the regions cannot be read ({error}).", path=path) from error
    try:
        document = from_json(text)
    except ValueError as error:
        raise RefusedError(
            f"the regions are not valid JSON ({error}).", path=path, hint=FORMAT_HINT
        ) from error
    if not isinstance(document, dict) or "files" not in document:
        return [document]
    try:
        return as_model(document, RegionsList).files
    except ValueError as error:
        raise RefusedError(
            f"expected the schema {SCHEMA!r}, 'files', perhaps 'failed', and nothing else: "
            f"{error}.",
            path=path,
            hint=FORMAT_HINT,
        ) from error


def _stdin() -> str:
    """What is piped in; regions hold no pixels."""
    if sys.stdin is None:
        raise OSError("standard input is closed")
    return sys.stdin.buffer.read().decode("utf-8-sig")


def regions_document(
    regions: Sequence[Regions], failed: Sequence[EffaceError], single: bool
) -> dict[str, Any]:
    """One document for one file, else one with a list ``files``, and ``failed`` if any did."""
    if single and len(regions) == 1:
        return regions[0].to_json()
    document: dict[str, Any] = {"schema": SCHEMA, "files": [r.to_json() for r in regions]}
    if failed:
        document["failed"] = [error.to_json() for error in failed]
    return document
