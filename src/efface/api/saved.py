"""What stopped runs have kept: ``efface.clean``."""

from __future__ import annotations

from efface.workflow.saved import Cleaned, folder, saved

__all__ = ["Cleaned", "clean"]

_DAY_S = 86400


def clean(*, list_only: bool = False, older_than_days: float = 0.0) -> Cleaned:
    """Remove the analyses that stopped runs have kept: they say where every face of a video is.

    Args:
        list_only: remove nothing.
        older_than_days: only those that were not written to for so long.

    Raises:
        OutputError: the folder cannot be read, or one cannot be removed.
    """
    found = saved(remove=not list_only, older_than_s=older_than_days * _DAY_S)
    return Cleaned(folder(), tuple(found))
