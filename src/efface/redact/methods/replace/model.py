"""Which network draws: one that the user added, or the one that efface carries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from efface.detect.batches import ChipNetwork
from efface.errors import RefusedError
from efface.generate.card import read_generator
from efface.weights import cards, weight
from efface.weights.added import added_cards

CARRIED = "prior"
"""Name of the network that efface carries, in ``efface.weights``."""


@dataclass(frozen=True, slots=True)
class Generator:
    """A network that draws heads, and what it is called."""

    title: str
    network: ChipNetwork


@cache
def generator() -> Generator:
    """The network that draws; read once a process.

    Raises:
        RefusedError: there is none.
        InputError: the one that was added cannot be read.
        WeightError: its file is missing, or not the one that its card names.
    """
    for path in added_cards("generator"):
        own = read_generator(path)
        return Generator(own.title, own.network())
    card = cards().get(CARRIED)
    if card is None:
        raise RefusedError(
            "no network that draws faces is there: this version of efface carries none.",
            hint="Add one with 'efface weights add CARD', or take --method figure or solid.",
        )
    return Generator(card.title, ChipNetwork(weight(CARRIED)))
