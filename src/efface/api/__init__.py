"""The Python interface: what the command line does, for programs. The commands call it, and know
nothing behind it; so do all that come to show efface's work.

Its functions are imported when they are first used, since what is behind them takes long to load.
Each file also has the values that its functions take and give.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from efface.api.advice import advise, advise_all
    from efface.api.attacks import attack
    from efface.api.audits import audit
    from efface.api.batches import (
        batch,
        batch_export,
        batch_reports,
        batch_results,
        batch_status,
        batch_totals,
        watch_folder,
    )
    from efface.api.clusters import cluster_keys, cluster_scheduler, cluster_worker
    from efface.api.custody import add_to_log, log
    from efface.api.detection import detect, detect_all
    from efface.api.looking import look
    from efface.api.model_files import add_model, check_model, models, remove_model
    from efface.api.packs import open_pack, release, seal, show_pack, stamp
    from efface.api.policies import load_policy
    from efface.api.redaction import job, redact, redact_all, redact_frame, run
    from efface.api.saved import clean
    from efface.api.scans import scan, scan_all
    from efface.api.schemas import schema
    from efface.api.sheets import contact_sheet
    from efface.api.signing_keys import (
        add_key,
        forget,
        keys,
        new_key,
        new_project,
        trust_authority,
        trust_key,
    )
    from efface.api.studies import study
    from efface.api.traces import drawn_face_mark, inspect
    from efface.api.verification import verify
    from efface.api.watching import watch

__all__ = [
    "add_key", "add_model", "add_to_log", "advise", "advise_all", "attack", "audit", "batch",
    "batch_export", "batch_reports", "batch_results", "batch_status", "batch_totals",
    "check_model", "clean", "cluster_keys", "cluster_scheduler", "cluster_worker", "contact_sheet",
    "detect", "detect_all", "drawn_face_mark", "forget", "inspect", "job", "keys", "load_policy",
    "log", "look", "models", "new_key", "new_project", "open_pack", "redact", "redact_all",
    "redact_frame", "release", "remove_model", "run", "scan", "scan_all", "schema", "seal",
    "show_pack", "stamp", "study", "trust_authority", "trust_key", "verify", "watch",
    "watch_folder",
]  # fmt: skip

_HOMES = {
    "advice": ("advise", "advise_all"),
    "attacks": ("attack",),
    "audits": ("audit",),
    "batches": (
        "batch",
        "batch_export",
        "batch_reports",
        "batch_results",
        "batch_status",
        "batch_totals",
        "watch_folder",
    ),
    "clusters": ("cluster_keys", "cluster_scheduler", "cluster_worker"),
    "custody": ("add_to_log", "log"),
    "detection": ("detect", "detect_all"),
    "looking": ("look",),
    "model_files": ("add_model", "check_model", "models", "remove_model"),
    "packs": ("open_pack", "release", "seal", "show_pack", "stamp"),
    "policies": ("load_policy",),
    "redaction": ("job", "redact", "redact_all", "redact_frame", "run"),
    "saved": ("clean",),
    "scans": ("scan", "scan_all"),
    "schemas": ("schema",),
    "sheets": ("contact_sheet",),
    "signing_keys": (
        "add_key",
        "forget",
        "keys",
        "new_key",
        "new_project",
        "trust_authority",
        "trust_key",
    ),
    "studies": ("study",),
    "traces": ("drawn_face_mark", "inspect"),
    "verification": ("verify",),
    "watching": ("watch",),
}


def __dir__() -> list[str]:
    """What there is to use."""
    return __all__


def __getattr__(name: str) -> Any:
    """Import on first use."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"efface.api.{home}"), name)
    raise AttributeError(f"module 'efface.api' has no attribute {name!r}")
