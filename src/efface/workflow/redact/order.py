"""What the user asked for, for every file of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from efface.enforced import check
from efface.errors import RefusedError
from efface.media.interface import Photo
from efface.policy import Policy
from efface.regions import Regions
from efface.regions.choices import Drawn, Keep
from efface.zones.zone import Zone

if TYPE_CHECKING:
    from efface.workflow.redact.ports import Gate, Notary


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
    red_team: Gate | None = None
    """Attacks what is written before it is released."""
    evidence: Notary | None = None
    """Proves and signs what is released; for one file, the original of its pack."""
    skip_existing: bool = False
    """Take an output that exists for the result of an earlier run."""
    dry_run: bool = False
    """Open the input and check what can be checked, and neither look for faces nor write."""


def check_allowed(order: Order, regions: Regions | None) -> None:
    """Refuse what the policy, or one that is enforced, does not leave to a person.

    Args:
        regions: given in place of what the detectors find.

    Raises:
        RefusedError: it was asked for all the same.
        InputError: an enforced policy cannot be read.
    """
    allow = order.policy.allow
    kept = regions is not None and any(track.action == "keep" for track in regions.tracks)
    asked = (
        (order.allow_no_face and not allow.no_face, "no_face", "a file without a face"),
        (order.accept_rescan and not allow.rescan, "rescan", "a face that the rescan saw"),
        (order.allow_damaged and not allow.damaged, "damaged", "a damaged video"),
        ((bool(order.keep) or kept) and not allow.keep, "keep", "a face that stays visible"),
        (regions is not None and not allow.regions, "regions", "regions that were given"),
    )
    for refused, key, what in asked:
        if refused:
            raise RefusedError(
                f"the policy does not allow {what} (allow.{key} = false).",
                hint="Leave the option out, or ask whoever set the policy.",
            )
    check(order.policy, regions)


def check_sealed(order: Order, digest: str, source: Path, target: Path) -> None:
    """Refuse an input that is not the original of the pack, where there is one.

    Args:
        digest: SHA-256 of the input, hexadecimal.
        target: where the output goes; beside it there must be room for its evidence.

    Raises:
        RefusedError: it is another file, or was changed after intake; there is something beside the
            target already.
    """
    if order.evidence is not None:
        if order.policy.video.track:
            raise RefusedError(
                "a pack proves the main video track, and another one was asked for.",
                path=source,
                hint="Leave out --video-track (video.track in the policy), or write that track "
                "into a file of its own and seal that.",
            )
        order.evidence.check(digest, source, target, order.overwrite)


def provable(order: Order, original: Photo, zones: Sequence[Zone]) -> tuple[Zone, ...]:
    """Zones as they are filled: with a pack, grown to whole blocks of what is proven."""
    return tuple(zones) if order.evidence is None else order.evidence.grown(original, zones)
