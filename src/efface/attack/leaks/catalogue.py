"""All attacks on the file."""

from __future__ import annotations

from efface.attack.leaks.alpha import HiddenAlpha
from efface.attack.leaks.carried import Carried
from efface.attack.leaks.interface import FileAttack
from efface.attack.leaks.missed import Missed
from efface.attack.leaks.palette import PaletteRemnants
from efface.attack.leaks.residue import Residue
from efface.attack.leaks.traces import Traces


def file_attacks() -> tuple[FileAttack, ...]:
    """One of each, in the order in which a report lists them."""
    return Missed(), Carried(), Residue(), Traces(), HiddenAlpha(), PaletteRemnants()
