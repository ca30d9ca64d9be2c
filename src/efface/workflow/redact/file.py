"""One file, photo or video: by its first bytes."""

from __future__ import annotations

from pathlib import Path

from efface.detect.photo import detect_photo
from efface.events import Listener, ignore
from efface.media.sniff import is_video
from efface.policy import Policy
from efface.regions import Regions
from efface.workflow.redact.order import Order, check_allowed
from efface.workflow.redact.photo import redact_photo
from efface.workflow.redact.report import FileReport


def redact_file(
    report: FileReport,
    target: Path,
    order: Order,
    regions: Regions | None = None,
    listen: Listener = ignore,
) -> None:
    """Redact ``report.source`` into ``target`` and fill in the report.

    Raises:
        EffaceError: whatever kept the file from being released, the policy among it.
    """
    check_allowed(order, regions)
    if is_video(report.source):
        from efface.workflow.redact.video import redact_video  # noqa: PLC0415 - not needed for photos

        redact_video(report, target, order, regions, listen)
    else:
        redact_photo(report, target, order, regions, listen)


def detect_file(
    path: Path,
    policy: Policy,
    *,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> Regions:
    """Find the faces of one file.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
    """
    if is_video(path):
        from efface.detect.video import watch_file  # noqa: PLC0415 - not needed for photos

        regions, _ = watch_file(path, policy, allow_damaged=allow_damaged, listen=listen)
        return regions
    regions, _ = detect_photo(path, policy.detect.recall, policy.limits, listen)
    return regions
