"""An error as a document, ``efface.error/1``."""

from __future__ import annotations

from typing import Literal

from efface.documents.model import Document


class ErrorDocument(Document, frozen=True, kw_only=True):
    """What went wrong, and what to do about it."""

    schema: Literal["efface.error/1"]
    file: str | None
    exit_code: int
    message: str
    hint: str | None
