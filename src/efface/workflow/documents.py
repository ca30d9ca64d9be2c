"""Regions documents on disk: one, several in a list, or a folder of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from efface.errors import InputError, RefusedError
from efface.regions import SCHEMA, Regions


def load_regions(path: Path) -> dict[str, Regions]:
    """Read regions by the SHA-256 of the file they belong to.

    Args:
        path: a document, a document with a list ``files``, or a folder of documents (``*.json``).

    Raises:
        InputError: nothing there, or not readable as JSON.
        RefusedError: not valid ``efface.regions/1``, or two documents for one file.
    """
    if path.is_dir():
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
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the regions cannot be read ({error}).", path=path) from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"the regions are not valid JSON ({error}).", path=path) from error
    if isinstance(document, dict) and "files" in document:
        files = document["files"]
        if not isinstance(files, list):
            raise RefusedError("expected 'files' to be a list.", path=path)
        return files
    return [document]


def regions_document(regions: list[Regions], single: bool) -> dict[str, Any]:
    """One document for one file, else one with a list ``files``."""
    if single and len(regions) == 1:
        return regions[0].to_json()
    return {"schema": SCHEMA, "files": [r.to_json() for r in regions]}
