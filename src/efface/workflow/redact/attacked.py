"""``efface redact --attack``: the red team on what was written, before it is released."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from efface.attack.pair import MoviePair, Pair, PhotoPair
from efface.attack.red_team.attacking import Attacker
from efface.errors import GateError
from efface.events import Listener, ignore
from efface.media.interface import Photo
from efface.media.video.interface import Movie
from efface.policy import Policy
from efface.regions import Regions
from efface.workflow.redact.report import FileReport

NOBODY = "No face of the regions is covered: there was nobody to attack."


class RedTeam:
    """The gate of one run, over as many files as it has."""

    def __init__(self, policy: Policy) -> None:
        self._attacker = Attacker(policy)

    def check(
        self,
        files: tuple[Photo, Photo] | tuple[Movie, Movie],
        regions: Regions,
        report: FileReport,
        *,
        target: Path,
        listen: Listener = ignore,
    ) -> None:
        """Attack what was written and put the outcome into the report.

        Args:
            files: the input, and what was written under a temporary name.
            regions: what was covered, and kept.
            target: the name that was asked for.

        Raises:
            GateError: the file must not be released.
        """
        if not any(track.action == "redact" and not track.zone for track in regions.tracks):
            report.notes.append(NOBODY)
            return
        pair = _paired(files)
        pair.redacted = replace(pair.redacted, path=target)
        outcome = self._attacker.attack(pair, regions, listen)
        report.attack = outcome
        if not outcome.passed:
            raise GateError(
                f"the attack on what was written failed it: {' '.join(outcome.reasons)}",
                path=report.source,
                hint="Widen the zones in the policy, add the faces that were missed, or see in "
                "--json what each attack found.",
            )


def _paired(files: tuple[Photo, Photo] | tuple[Movie, Movie]) -> Pair:
    original, written = files
    if isinstance(original, Photo) and isinstance(written, Photo):
        return PhotoPair(original, written)
    if isinstance(original, Movie) and isinstance(written, Movie):
        return MoviePair(original, written)
    raise TypeError(f"expected two photos or two videos, got {type(original)}, {type(written)}")
