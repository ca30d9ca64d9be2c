"""The forms of what ``efface weights`` prints."""

from __future__ import annotations

from typing import Final, Literal

from efface.documents.model import Amount, Count, Document, Sha256
from efface.weights.added import ModelKind

WEIGHTS: Final = "efface.weights/1"
MODEL_CHECK: Final = "efface.model-check/1"


class CarriedEntry(Document, frozen=True, kw_only=True):
    """A model file that efface carries."""

    name: str
    title: str
    file: str
    size: Count | None
    """Bytes; none: it is missing."""
    sha256: Sha256
    whole: bool
    """It is there, and the one that its card names."""
    licence: str
    authors: str
    origin: str
    used_for: str
    training_data: str
    limits: str


class AddedEntry(Document, frozen=True, kw_only=True):
    """A model that the user added."""

    name: str
    kind: ModelKind
    card: str


class WeightsDocument(Document, frozen=True, kw_only=True):
    """The model files that efface carries, and those of the user's own."""

    schema: Literal["efface.weights/1"]
    efface: str
    exit_code: int
    models: list[CarriedEntry]
    added: list[AddedEntry]


class ModelFindingEntry(Document, frozen=True, kw_only=True):
    """One thing that was tried."""

    name: str
    holds: bool
    detail: str


class ModelCheckDocument(Document, frozen=True, kw_only=True):
    """What was tried of a model of somebody's own."""

    schema: Literal["efface.model-check/1"]
    efface: str
    exit_code: int
    card: str
    kind: ModelKind
    name: str
    title: str
    file: str
    sha256: Sha256
    holds: bool
    cpu_seconds: Amount
    """Of one face."""
    findings: list[ModelFindingEntry]
