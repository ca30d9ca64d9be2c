"""Face recognisers: aligned chips in, templates out."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from efface.attack.recognisers.dlib_resnet import DlibResnet
from efface.attack.recognisers.interface import Recogniser
from efface.attack.recognisers.onnx import OnnxRecogniser
from efface.attack.recognisers.sface import SFace
from efface.errors import RefusedError
from efface.weights.added import added_cards

GROUP = "efface.recognisers"
"""Entry points of this group are classes without arguments, or functions that make a recogniser."""


@cache
def carried() -> tuple[Recogniser, ...]:
    """Those that efface carries; made once a process."""
    return (DlibResnet(), SFace())


@cache
def recognisers() -> tuple[Recogniser, ...]:
    """Those that efface carries, then those that were added or are plugged in; made once a process.

    Raises:
        RefusedError: a plug-in cannot be loaded, is no recogniser, or has a name that is taken.
        InputError: one that was added cannot be read.
        WeightError: the file of one that was added is another than its card names.
    """
    found: dict[str, Recogniser] = {one.name: one for one in carried()}
    for card in added_cards("recogniser"):
        own = OnnxRecogniser(card)
        found[own.name] = own
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            made = point.load()()
        except Exception as error:
            raise RefusedError(
                f"the recogniser {point.name!r} ({point.value}) cannot be loaded: "
                f"{type(error).__name__}: {error}",
                hint="Repair or remove the package that brings it.",
            ) from error
        if not isinstance(made, Recogniser):
            raise RefusedError(f"{point.value} is no recogniser but a {type(made).__name__}.")
        if made.name in found:
            raise RefusedError(f"there are two recognisers of the name {made.name!r}.")
        found[made.name] = made
    return tuple(found.values())
