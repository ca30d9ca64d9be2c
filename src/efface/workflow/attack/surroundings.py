"""What lies outside the zones, held against other pictures of the person, never the same shot."""

from __future__ import annotations

from pathlib import Path

from efface.workflow.attack.outcome import Outside
from efface.workflow.attack.pairs import Pair
from efface.workflow.attack.people import Person
from efface.workflow.attack.running import Team


class Surroundings:
    """Other pictures of one person."""

    def __init__(self, folder: Path, pair: Pair, team: Team) -> None:
        raise NotImplementedError

    def of(self, person: Person) -> Outside:
        raise NotImplementedError
