"""What a user tells of how an original came about: from a file (``efface.capture/1``), or said."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import get_args

from efface.documents.model import exact
from efface.documents.reading import as_model, from_json
from efface.errors import RefusedError
from efface.evidence.forms import CAPTURE, CaptureDocument, Field
from efface.files.bounded import read_bounded

_MOST_BYTES = 1 << 16


def read_capture(path: Path) -> dict[Field, str]:
    """Fields from a file, TOML or JSON.

    Raises:
        InputError: it cannot be read, or is too large.
        RefusedError: it is neither, or says something else.
    """
    content = read_bounded(path, _MOST_BYTES)
    try:
        text = content.decode("utf-8-sig")
        document = from_json(text) if text.lstrip()[:1] == "{" else tomllib.loads(text)
        plain = {name: _text(value) for name, value in document.items()}
        return checked(exact(as_model(plain, CaptureDocument, secret=True)))
    except (ValueError, RecursionError) as error:
        raise RefusedError(
            f"this is no document {CAPTURE}: {error}.",
            path=path,
            hint="It has that schema, and any of device, place, time, source and obtained.",
        ) from None  # what is in it may be seen by nobody
    except RefusedError as error:
        error.path = path
        raise


def checked(fields: Mapping[str, str]) -> dict[Field, str]:
    """Fields that can be committed to, shown in a terminal, and printed; empty ones left out.

    Raises:
        RefusedError: one is longer than a field may be, or has characters that cannot be seen.
    """
    found: dict[Field, str] = {}
    for name in get_args(Field):
        value = fields.get(name, "").strip()
        if not value.isprintable():
            raise RefusedError(
                f"{name} has characters that cannot be seen: a line feed, for instance.",
                hint="Write it on one line.",
            )
        if len(value) > _MOST_CHARACTERS:
            raise RefusedError(
                f"{name} has {len(value)} characters; {_MOST_CHARACTERS} is the most.",
                hint="Write the rest into a file, and seal that with --companion.",
            )
        if value:
            found[name] = value
    return found


_MOST_CHARACTERS = 1000
"""As ``efface.evidence.forms.FieldText`` has it."""


def _text(value: object) -> object:
    """TOML's own dates and times are texts here."""
    return value.isoformat() if isinstance(value, date | time) else value
