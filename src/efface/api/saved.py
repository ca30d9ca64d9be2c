"""What stopped runs and the review app have kept: ``efface.clean``."""

from __future__ import annotations

from efface.workflow.saved import folder, saved, state_folder
from efface.workflow.saved_reviews import Cleaned, saved_reviews

__all__ = ["Cleaned", "clean", "state_folder"]

_DAY_S = 86400


def clean(
    *, list_only: bool = False, older_than_days: float = 0.0, reviews: bool = False
) -> Cleaned:
    """Remove the analyses that stopped runs have kept: they say where every face of a video is.

    Args:
        list_only: remove nothing.
        older_than_days: only those that were not written to for so long.
        reviews: remove what the review app has kept, too: decisions that were made by hand.

    Raises:
        OutputError: the folder cannot be read, or one cannot be removed.
    """
    old = older_than_days * _DAY_S
    found = saved(remove=not list_only, older_than_s=old)
    kept = saved_reviews(remove=reviews and not list_only, older_than_s=old)
    return Cleaned(folder(), tuple(found), tuple(kept))
