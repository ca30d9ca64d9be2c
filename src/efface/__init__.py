"""efface removes faces from photos and videos so that nothing of them is left in the file.

>>> import efface
>>> report = efface.redact("photo.jpg")            # doctest: +SKIP
>>> regions = efface.detect("photo.jpg")           # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from efface import api
from efface.version import __version__

if TYPE_CHECKING:
    from efface.api import (
        add_key,
        add_model,
        add_to_log,
        advise,
        advise_all,
        attack,
        audit,
        batch,
        batch_export,
        batch_reports,
        batch_results,
        batch_status,
        batch_totals,
        check_model,
        clean,
        cluster_keys,
        cluster_scheduler,
        cluster_worker,
        contact_sheet,
        detect,
        detect_all,
        drawn_face_mark,
        forget,
        inspect,
        job,
        keys,
        load_policy,
        log,
        look,
        models,
        new_key,
        new_project,
        open_pack,
        redact,
        redact_all,
        redact_frame,
        release,
        remove_model,
        run,
        scan,
        scan_all,
        schema,
        seal,
        show_pack,
        stamp,
        study,
        trust_authority,
        trust_key,
        verify,
        watch,
        watch_folder,
    )
    from efface.policy import Policy
    from efface.regions import Box, Media, Regions, Track

__all__ = [
    "Box", "Media", "Policy", "Regions", "Track",
    "__version__", "add_key", "add_model", "add_to_log", "advise", "advise_all", "attack",
    "audit", "batch", "batch_export", "batch_reports", "batch_results", "batch_status",
    "batch_totals", "check_model", "clean", "cluster_keys", "cluster_scheduler", "cluster_worker",
    "contact_sheet", "detect", "detect_all",
    "drawn_face_mark", "forget", "inspect", "job", "keys", "load_policy", "log", "look",
    "models", "new_key", "new_project", "open_pack", "redact", "redact_all", "redact_frame",
    "release", "remove_model", "run", "scan", "scan_all", "schema", "seal", "show_pack",
    "stamp", "study", "trust_authority", "trust_key", "verify", "watch", "watch_folder",
]  # fmt: skip

_HOMES = {
    "Box": "efface.regions",
    "Media": "efface.regions",
    "Policy": "efface.policy",
    "Regions": "efface.regions",
    "Track": "efface.regions",
    **dict.fromkeys(api.__all__, "efface.api"),
}

# Rooms of the same name would bind these names here when first imported; load them now and free the
# names for the functions. ``from efface.detect import …`` goes on working.
for _name in ("advise", "attack", "audit", "batch", "detect", "redact", "scan", "study"):
    import_module(f"efface.{_name}")
    del globals()[_name]


def __dir__() -> list[str]:
    """What there is to use, for completion: rooms that happen to be loaded are not."""
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    """Import on first use: the command line starts before NumPy is needed."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'efface' has no attribute {name!r}")
