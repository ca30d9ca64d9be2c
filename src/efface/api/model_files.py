"""Model files, carried and of your own: ``efface.models``, ``efface.check_model``,
``efface.add_model`` and ``efface.remove_model``."""

from __future__ import annotations

from efface.arguments import AnyPath, path_from
from efface.workflow.weights import (
    AddedModel,
    CarriedModel,
    CarriedModels,
    CheckedModel,
    carried_models,
)
from efface.workflow.weights import add_model as _add
from efface.workflow.weights import checked_model as _checked
from efface.workflow.weights import remove_model as _remove

__all__ = [
    "AddedModel", "CarriedModel", "CarriedModels", "CheckedModel", "add_model", "check_model",
    "models", "remove_model",
]  # fmt: skip


def models() -> CarriedModels:
    """The model files that efface carries, and whether each is the one that its card names.

    Raises:
        WeightError: a card cannot be read.
    """
    return carried_models()


def check_model(card: AnyPath) -> CheckedModel:
    """Try a generator, a recogniser or a restorer of your own on faces of nobody.

    Args:
        card: its TOML file, beside the ONNX file.

    Raises:
        InputError: the card or the model cannot be read, or it takes or gives something else than
            the card says.
        WeightError: the model is not the one that the card names.
    """
    return _checked(path_from(card))


def add_model(card: AnyPath, *, overwrite: bool = False) -> AddedModel:
    """Try a model of your own, and use it from now on: a generator in place of the one that efface
    carries, a recogniser or a restorer beside those.

    Args:
        card: its TOML file, beside the ONNX file; both are copied.
        overwrite: in place of one that was added before.

    Raises:
        InputError: the card or the model cannot be read, or it takes or gives something else.
        WeightError: the model is not the one that the card names.
        VerificationError: it does not do what such a model does.
        RefusedError: its name cannot be taken, or one was added before.
        OutputError: it cannot be written.
    """
    return _add(path_from(card), overwrite=overwrite)


def remove_model(name: str) -> AddedModel:
    """Take away a model that was added.

    Raises:
        RefusedError: there is none of that name.
        OutputError: it cannot be taken away.
    """
    return _remove(name)
