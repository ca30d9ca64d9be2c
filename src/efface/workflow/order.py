"""What the user asked for, for every file of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from efface.policy import Policy
from efface.workflow.choosing import Drawn, Keep

if TYPE_CHECKING:
    from efface.workflow.attack.gating import RedTeam
    from efface.workflow.evidence.redacting import Evidence


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
    red_team: RedTeam | None = None
    """Attacks what is written before it is released."""
    evidence: Evidence | None = None
    """Proves and signs what is released; for one file, the original of its pack."""


def red_team_for(policy: Policy) -> RedTeam | None:
    """Who attacks what is written; ``None`` when the policy asks for nobody."""
    if not policy.attack.enabled:
        return None
    from efface.workflow.attack.gating import RedTeam  # noqa: PLC0415 - takes long to load

    return RedTeam(policy)
