"""What the user asked for, for every file of a run."""

from __future__ import annotations

from dataclasses import dataclass, field

from efface.policy import Policy
from efface.workflow.choosing import Drawn, Keep


@dataclass(frozen=True, slots=True)
class Order:
    """One order for one or many files."""

    policy: Policy = field(default_factory=Policy)
    keep: tuple[Keep, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    """Zones drawn by hand, on top of what is found."""
    allow_no_face: bool = False
    accept_rescan: bool = False
    """Release a file in which the rescan saw an uncovered face; the report says so."""
    allow_damaged: bool = False
    """Write what of a damaged video can be read."""
    overwrite: bool = False
