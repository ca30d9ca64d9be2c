"""The end of the way, of photos and of videos: what was written is attacked, proven and signed,
where that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from efface.regions import Regions
from efface.workflow.redact import gates
from efface.workflow.redact.draft import Draft
from efface.workflow.redact.file_order import FileOrder
from efface.zones.zone import Zone

if TYPE_CHECKING:
    from efface.media.file import MediaFile


def attack_written(
    asked: FileOrder,
    files: tuple[MediaFile, MediaFile],
    regions: Regions,
    zones: Sequence[Zone] | None,
    draft: Draft,
) -> None:
    """Let the gate attack.

    Args:
        files: the input, and what was written under a temporary name.
        regions: what was covered, and kept.
        zones: as they were filled; ``None``: as they follow from the regions.

    Raises:
        GateError: the file must not be released.
    """
    gate = asked.ports.gate
    if gate is None:
        return
    with draft.step("attack"):
        outcome = gate.attack(files, regions, zones, target=asked.target, listen=draft.listen)
        draft.report = replace(draft.report, attack=outcome)
        draft.note(*gates.attacked(outcome, draft.source))


def sign_written(
    asked: FileOrder,
    files: tuple[MediaFile, MediaFile],
    zones: Sequence[Zone],
    draft: Draft,
    kept: bytes,
) -> str:
    """Let the notary prove and sign.

    Args:
        files: the input, and the finished file, read back; a signed one takes its place.
        zones: as they were filled, of every frame.
        kept: of the method, for whoever repeats it.

    Returns:
        SHA-256 of what is released, hexadecimal.

    Raises:
        EffaceError: something of it cannot be done; the file must not be released.
    """
    notary, (original, written) = asked.ports.notary, files
    if notary is None:
        return written.sha256
    with draft.step("evidence"):
        draft.tell("evidence")
        signed = notary.sign(
            original,
            written,
            draft.report,
            policy=asked.order.policy,
            target=asked.target,
            overwrite=asked.order.overwrite,
            zones=zones,
            kept=kept,
        )
        draft.report = replace(draft.report, pack=signed.pack)
        return signed.sha256
