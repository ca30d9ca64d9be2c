"""The red team as the gate of a run, loaded only when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from efface.policy import Policy

if TYPE_CHECKING:
    from efface.workflow.redact.ports import Gate


def red_team_for(policy: Policy) -> Gate | None:
    """Who attacks what is written; ``None`` when the policy asks for nobody."""
    if not policy.attack.enabled:
        return None
    from efface.workflow.redact.attacked import RedTeam  # noqa: PLC0415 - takes long to load

    return RedTeam(policy)
