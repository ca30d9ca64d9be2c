"""What the user asked for, for every file of a run: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from efface.enforced import check
from efface.errors import RefusedError
from efface.policy import Policy
from efface.regions import Regions
from efface.regions.choices import Drawn, Keep


@dataclass(frozen=True, slots=True)
class PackOrder:
    """The pack whose original the input is. Passphrases are asked for, and no part of it."""

    folder: Path
    key_name: str | None = None
    """Key to sign with; ``None``: the only one."""
    identity_files: tuple[Path, ...] = ()
    """Secret keys that open its seal; none: the user's own."""


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
    skip_existing: bool = False
    """Take an output that exists for the result of an earlier run."""
    dry_run: bool = False
    """Open the input and check what can be checked, and neither look for faces nor write."""
    pack: PackOrder | None = None
    """Prove and sign what is released; for one file, the original of that pack."""


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
