"""The form of what is said of a batch, ``efface.batch/1``."""

from __future__ import annotations

from typing import Final, Literal

from efface.documents.model import Count, Document

BATCH: Final = "efface.batch/1"

State = Literal["waiting", "working", "done", "failed", "given-up"]
"""``failed``: for a reason that will not pass; ``given-up``: after as many tries as there are."""


class BatchDocument(Document, frozen=True, kw_only=True):
    """How far a batch is."""

    schema: Literal["efface.batch/1"]
    store: str
    exit_code: int
    """Of the run; 0 where there was none."""
    states: dict[State, Count]
    """Files by state."""
    statuses: dict[str, Count]
    """Files that have ended, by what became of them."""
