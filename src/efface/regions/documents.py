"""Regions documents on disk: one, several in a list, or a folder of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from efface.errors import EffaceError, InputError, RefusedError
from efface.files.paths import is_folder
from efface.regions.model import SCHEMA, Regions

STDIN = Path("-")

FORMAT_HINT = "docs/regions.md describes the format."


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
        document = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise RefusedError(
            f"the regions are not valid JSON ({error}).", path=path, hint=FORMAT_HINT
        ) from error
    if isinstance(document, dict) and "files" in document:
        files = document["files"]
        if not isinstance(files, list):
            raise RefusedError("expected 'files' to be a list.", path=path, hint=FORMAT_HINT)
        if document.get("schema") != SCHEMA or document.keys() - {"schema", "files", "failed"}:
            raise RefusedError(
                f"expected the schema {SCHEMA!r}, 'files', perhaps 'failed', and nothing else.",
                path=path,
                hint=FORMAT_HINT,
            )
        return files
    return [document]


def _stdin() -> str:
    """What is piped in; regions hold no pixels."""
    if sys.stdin is None:
        raise OSError("standard input is closed")
    return sys.stdin.buffer.read().decode("utf-8-sig")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different: of two actions, which one counts?"""
    out = dict(pairs)
    if len(out) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} is there twice in one object")
    return out


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
