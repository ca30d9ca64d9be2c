"""``efface weights``: the model files that efface carries, and those of your own."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from efface.attack.model_check import ModelCheck, check_model_card
from efface.documents.model import plain
from efface.errors import RefusedError, VerificationError
from efface.files.appearing import appearing_folder, cannot_be_written
from efface.files.durable import PUBLIC, replace_durably
from efface.files.paths import exists, read_whole
from efface.version import __version__
from efface.weights import Card, cards
from efface.weights.added import CARD, ModelKind, added_cards, models_folder
from efface.workflow.weights_form import (
    MODEL_CHECK,
    WEIGHTS,
    AddedEntry,
    CarriedEntry,
    ModelCheckDocument,
    ModelFindingEntry,
    WeightsDocument,
)


@dataclass(frozen=True, slots=True)
class CarriedModel:
    """A model file that efface carries, as it is on this disk."""

    card: Card
    size: int | None
    """Bytes; ``None``: it is missing."""
    whole: bool
    """It is there, and the one that its card names."""

    def entry(self) -> CarriedEntry:
        """As documents have it."""
        card = self.card
        return CarriedEntry(
            name=card.name,
            title=card.title,
            file=card.path.name,
            size=self.size,
            sha256=card.sha256,
            whole=self.whole,
            licence=card.licence,
            authors=card.authors,
            origin=card.origin,
            used_for=card.used_for,
            training_data=card.training_data,
            limits=card.limits,
        )


@dataclass(frozen=True, slots=True)
class AddedModel:
    """A model that the user added."""

    name: str
    kind: ModelKind
    card: Path


@dataclass(frozen=True, slots=True)
class CarriedModels:
    """All of them, by name."""

    models: tuple[CarriedModel, ...]

    @property
    def exit_code(self) -> int:
        """7 where one is not what its card says."""
        whole = all(model.whole for model in self.models)
        return 0 if whole else VerificationError.exit_code

    added: tuple[AddedModel, ...] = ()
    """The user's own, by kind and name."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.weights/1``)."""
        return plain(
            WeightsDocument(
                schema=WEIGHTS,
                efface=__version__,
                exit_code=self.exit_code,
                models=[model.entry() for model in self.models],
                added=[
                    AddedEntry(name=own.name, kind=own.kind, card=str(own.card))
                    for own in self.added
                ],
            )
        )


def carried_models() -> CarriedModels:
    """Look at every file.

    Raises:
        WeightError: a card cannot be read.
    """
    return CarriedModels(tuple(_seen(card) for _, card in sorted(cards().items())), tuple(_added()))


def _added() -> Iterator[AddedModel]:
    for kind in get_args(ModelKind):
        yield from (AddedModel(card.parent.name, kind, card) for card in added_cards(kind))


def _seen(card: Card) -> CarriedModel:
    try:
        data = card.path.read_bytes()
    except OSError:
        return CarriedModel(card, None, whole=False)
    return CarriedModel(card, len(data), hashlib.sha256(data).hexdigest() == card.sha256)


@dataclass(frozen=True, slots=True)
class CheckedModel:
    """A model of somebody's own, tried."""

    path: Path
    """Its card."""
    check: ModelCheck

    @property
    def exit_code(self) -> int:
        """7 where something does not hold."""
        return 0 if self.check.holds else VerificationError.exit_code

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.model-check/1``)."""
        check = self.check
        return plain(
            ModelCheckDocument(
                schema=MODEL_CHECK,
                efface=__version__,
                exit_code=self.exit_code,
                card=str(self.path),
                kind=check.kind,
                name=check.card.name,
                title=check.card.title,
                file=str(check.card.file),
                sha256=check.card.sha256,
                holds=check.holds,
                cpu_seconds=round(check.cpu_seconds, 4),
                findings=[
                    ModelFindingEntry(name=one.name, holds=one.holds, detail=one.detail)
                    for one in check.findings
                ],
            )
        )


def checked_model(card: Path) -> CheckedModel:
    """Try the model that a card describes.

    Raises:
        InputError: the card or the model cannot be read, or it takes or gives something else.
        WeightError: the model is not the one that the card names.
    """
    return CheckedModel(card, check_model_card(card))


def add_model(card: Path, *, overwrite: bool = False) -> AddedModel:
    """Try the model that a card describes, and take it among those that are used: a generator in
    place of the one that efface carries, a recogniser or a restorer beside those.

    Args:
        overwrite: in place of one that was added before.

    Raises:
        InputError: the card or the model cannot be read, or it takes or gives something else.
        WeightError: the model is not the one that the card names.
        VerificationError: it does not do what such a model does.
        RefusedError: its name cannot be one of a folder, or one was added before.
        OutputError: it cannot be written there.
    """
    check = check_model_card(card)
    failed = [finding.detail for finding in check.findings if not finding.holds]
    if failed:
        raise VerificationError(
            f"the model does not do what a {check.kind} does: {' '.join(failed)}",
            path=card,
            hint="'efface weights check' says what was tried.",
        )
    name, file = check.card.name, check.card.file.name
    if not _NAME.fullmatch(name) or name in cards() or file == CARD:
        raise RefusedError(
            f"the model's name {name!r:.80} cannot be taken.",
            path=card,
            hint="A name has up to 64 small letters, digits and dashes, and is none that efface "
            f"carries; its file is not called {CARD}.",
        )
    folder = models_folder() / check.kind
    before = _in_the_way(folder, name, check.kind)
    if before and not overwrite:
        raise RefusedError(
            f"a {check.kind} was added before: {before[0].name}.",
            path=card,
            hint="--overwrite takes it away.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for other in before:
            shutil.rmtree(other)
        with appearing_folder(folder / name) as part:
            replace_durably(part / file, read_whole(check.card.file), mode=PUBLIC)
            replace_durably(part / CARD, read_whole(card), mode=PUBLIC)
    except OSError as error:
        raise cannot_be_written(folder / name, error) from error
    return AddedModel(name, check.kind, folder / name / CARD)


def remove_model(name: str) -> AddedModel:
    """Take away a model that was added.

    Raises:
        RefusedError: there is none of that name.
        OutputError: it cannot be taken away.
    """
    for model in _added():
        if model.name == name:
            try:
                shutil.rmtree(model.card.parent)
            except OSError as error:
                raise cannot_be_written(model.card.parent, error) from error
            return model
    raise RefusedError(
        f"no model was added by the name {name!r:.80}.", hint="'efface weights list' names them."
    )


_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def _in_the_way(folder: Path, name: str, kind: ModelKind) -> list[Path]:
    """Folders that a model takes the place of: there is one generator."""
    if kind == "generator":
        return [card.parent for card in added_cards(kind)]
    return [folder / name] if exists(folder / name) else []
