"""The attacks that are run: those that efface carries, and those that a lab has installed.

A plug-in is a package with an entry point in the group ``efface.attacks`` that leads to a subclass
of ``Attack``, or to anything else that gives one when called without arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from efface.attack.interface import Attack, Case, Evidence, Knowledge
from efface.attack.restorer import OnnxRestorer
from efface.errors import EffaceError
from efface.weights.added import added_cards

GROUP = "efface.attacks"

BUILT_IN = (
    "efface.attack.off_the_shelf:OffTheShelf",
    "efface.attack.parrot:Parrot",
    "efface.attack.parrot:BlindParrot",
    "efface.attack.adapted.shipped:Adapted",
    "efface.attack.inverter:Inverter",
    "efface.attack.appearance.attack:Appearance",
    "efface.attack.inversion.wiener:Wiener",
    "efface.attack.inversion.wiener:BlindWiener",
    "efface.attack.inversion.tikhonov:Tikhonov",
    "efface.attack.inversion.tikhonov:BlindTikhonov",
    "efface.attack.inversion.richardson_lucy:RichardsonLucy",
    "efface.attack.inversion.least_squares:LeastSquares",
    "efface.attack.inversion.feedback:Feedback",
    "efface.attack.inversion.unswirl:Unswirl",
    "efface.attack.fusion.attacks:Fusion",
    "efface.attack.fusion.attacks:MeanTemplate",
    "efface.attack.fusion.blindly:BlindFusion",
)
"""``module:class``, in the order in which a report lists them.

Every attack that applies to a face is another test, and makes it harder for each of them to count.
Of the blind inversions two stand for all: ``BlindRichardsonLucy`` and ``BlindLeastSquares`` start
from the same guess of the operator, and are there for labs to add.
"""


THOROUGH = ("efface.attack.diffusion.attack:Diffusion",)
"""Those that take many times as long as all others together."""


def attacks(*, thorough: bool = False) -> tuple[Attack, ...]:
    """Every attack, plug-ins last.

    Args:
        thorough: those too that take long.

    A plug-in that cannot be loaded is there too and fails when it is run: what was installed to
    attack and does not must not look like an attack that found nothing.

    Raises:
        ValueError: two attacks have one name.
    """
    own = (*BUILT_IN, *THOROUGH) if thorough else BUILT_IN
    found = [*(_built_in(place) for place in own), *installed()]
    names = [attack.name for attack in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"expected attacks of different names, got several {', '.join(twice)}")
    return tuple(found)


def installed() -> tuple[Attack, ...]:
    """Restorers that were added, then plug-ins; one that cannot be loaded fails when it is run."""
    return (*map(_added, added_cards("restorer")), *map(_plugin, points()))


def points() -> list[EntryPoint]:
    """Where packages say that they bring an attack, by name."""
    return sorted(entry_points(group=GROUP), key=lambda point: point.name)


class Unloadable(Attack):
    """Stands for a plug-in that could not be loaded; running it says why."""

    title = "a plug-in that could not be loaded"
    family = "off-the-shelf"
    knowledge = Knowledge.UNAWARE

    def __init__(self, name: str, error: Exception) -> None:
        self.name = name  # type: ignore[misc]
        self._error = error

    def run(self, case: Case) -> Sequence[Evidence]:
        raise RuntimeError(
            f"the plug-in cannot be loaded: {type(self._error).__name__}: {self._error}"
        )


def _built_in(place: str) -> Attack:
    module, name = place.split(":")
    attack: Attack = getattr(import_module(module), name)()
    return attack


def _added(card: Path) -> Attack:
    try:
        return OnnxRestorer(card)
    except EffaceError as error:  # said when the attack is run, as for plug-ins
        return Unloadable(card.parent.name, error)


def _plugin(point: EntryPoint) -> Attack:
    try:
        attack = point.load()()
        if not isinstance(attack, Attack):
            raise TypeError(f"expected an Attack, got {type(attack).__name__}")
    except Exception as error:  # whatever it is, it is said when the attack is run
        return Unloadable(point.name, error)
    return attack
