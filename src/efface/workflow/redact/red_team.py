"""``efface redact --attack``: the red team on what was written, before it is released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from efface.attack.pair import paired
from efface.attack.red_team.attacker import Attacker
from efface.attack.red_team.outcome import Outcome
from efface.events import Listener, ignore
from efface.media.file import MediaFile
from efface.policy import Policy
from efface.regions import Regions
from efface.workflow.known_methods import drawings, layered_reader
from efface.zones.zone import Zone


class RedTeam:
    """The gate of one run, over as many files as it has."""

    def __init__(self, policy: Policy) -> None:
        drawn = drawings(policy.method) if policy.method.name == "figure" else ()
        reader = layered_reader(policy.method)
        self._attacker = Attacker(policy, drawings=drawn, layered=reader)

    def attack(
        self,
        files: tuple[MediaFile, MediaFile],
        regions: Regions,
        zones: Sequence[Zone] | None,
        *,
        target: Path,
        listen: Listener = ignore,
    ) -> Outcome | None:
        """As ``Gate.attack``."""
        if not any(track.action == "redact" and not track.zone for track in regions.tracks):
            return None
        pair = paired(*files)
        pair.redacted = replace(pair.redacted, path=target)
        return self._attacker.attack(pair, regions, listen, zones)
