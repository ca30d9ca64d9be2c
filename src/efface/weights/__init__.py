"""The model files efface carries, each with a card: origin, licence, sha256, training data.

Those that others made are put here when efface is built or installed (their cards have a
``source``); those that efface made itself are part of its source (their cards have a ``recipe``).
Nothing is downloaded at run time. A file is used only if it is the very one its card names.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from efface.documents.reading import as_model
from efface.errors import VerificationError
from efface.weights.form import CardDocument

FOLDER = Path(__file__).parent


class WeightError(VerificationError):
    """A model file is missing, or is not the one its card names."""


@dataclass(frozen=True, slots=True)
class Card:
    """What is known about a model file."""

    name: str
    """What ``weight`` calls it."""

    title: str
    """The model's name for people."""

    path: Path
    """The model file."""

    sha256: str
    """Of the model file, hexadecimal."""

    licence: str
    """SPDX expression."""

    licence_path: Path
    """The licence's text."""

    authors: str

    origin: str
    """Where the authors published the file that ours is made from; for our own, that it is."""

    training_data: str
    """What it was trained on, and whether the people shown were asked."""

    used_for: str

    limits: str
    """What it is known to miss, or not known to do."""

    changes: str = ""
    """How the file differs from the one published; empty for our own."""

    recipe: str = ""
    """What made it, in efface's source; empty where others did."""


@cache
def cards() -> dict[str, Card]:
    """Every card by the model's name.

    Raises:
        WeightError: one cannot be read, or does not say what a card says.
    """
    found = {}
    for path in sorted(FOLDER.glob("*.card.toml")):
        card = _card(path)
        found[card.name] = card
    return found


def _card(path: Path) -> Card:
    try:
        said = as_model(tomllib.loads(path.read_text(encoding="utf-8")), CardDocument)
    except (OSError, ValueError) as error:
        raise WeightError(
            f"The card cannot be used: {error}.", path=path, hint="Install efface again."
        ) from error
    return Card(
        name=said.name,
        title=said.title,
        path=FOLDER / said.file,
        sha256=said.sha256,
        licence=said.licence,
        licence_path=FOLDER / said.licence_file,
        authors=said.authors,
        origin=said.origin,
        training_data=said.training_data.strip(),
        used_for=said.used_for,
        limits=said.limits.strip(),
        changes=said.changes.strip(),
        recipe=said.recipe,
    )


@cache
def weight(name: str) -> Path:
    """Path of a model file whose content is what its card says; checked once a process.

    Args:
        name: as on the card, such as ``"centerface"``.

    Raises:
        WeightError: there is no such model, or its file is missing or another one.
    """
    card = cards().get(name)
    if card is None:
        raise WeightError(f"There is no model {name!r}, only {', '.join(cards())}.")
    try:
        got = hashlib.sha256(card.path.read_bytes()).hexdigest()
    except OSError as error:
        raise WeightError(
            f"The model file cannot be read ({error.strerror or error}).",
            path=card.path,
            hint="Install efface again: its build puts the file there.",
        ) from error
    expect(card.path, got, card.sha256, "It was changed or damaged. Install efface again.")
    return card.path


def expect(path: Path, got: str, expected: str, hint: str | None = None) -> None:
    """Hold a model file's SHA-256 against its card's.

    Raises:
        WeightError: it is another one.
    """
    if got != expected:
        message = f"The model file has the sha256 {got}, its card expects {expected}."
        raise WeightError(message, path=path, hint=hint)
