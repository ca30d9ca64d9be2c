"""What leads to other machines, as a run needs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Ending = Literal["done", "refused", "lost"]
"""``refused``: the worker cannot do it, and no file is to blame; ``lost``: nobody knows how far it
came."""


@dataclass(frozen=True, slots=True)
class ErrandEnded:
    """A shard that nobody works on any more, as far as is known."""

    ending: Ending
    why: str = ""
    """In words."""


class Errand(Protocol):
    """A shard on its way."""

    def ended(self, within_s: float) -> ErrandEnded | None:
        """How it ended, if it has.

        Args:
            within_s: seconds to wait for that.
        """
        ...

    def forget(self) -> None:
        """Nobody waits for it any more."""
        ...


class Link(Protocol):
    """Leads to workers. Threads may share it."""

    def slots(self) -> int:
        """Shards that can be worked on at a time; 0: no worker, or no scheduler, is there."""
        ...

    def give(self, folder: Path) -> Errand:
        """Have a shard worked on.

        Args:
            folder: of the shard.
        """
        ...
