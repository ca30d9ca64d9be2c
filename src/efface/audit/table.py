"""An audit as a table: a row for each place that was found, and for each file that failed."""

from __future__ import annotations

from collections.abc import Iterator

from efface.audit.form import AuditDocument, AuditedFileEntry, FoundEntry
from efface.files.csv_rows import csv_row

COLUMNS = (
    "file", "action", "done", "strength_px", "strength", "sure", "risk", "risk_low", "risk_high",
    "frame", "x", "y", "width", "height", "face_px", "face_seen", "frames", "verdict", "advice",
    "sha256", "error",
)  # fmt: skip


def table(audit: AuditDocument) -> str:
    """As CSV, the most urgent first, what could not be read last."""
    return "".join(map(csv_row, _rows(audit)))


def _rows(audit: AuditDocument) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for file in audit.files:
        for found in file.found:
            yield _row(file, found)
    for error in audit.failed:
        row = dict.fromkeys(COLUMNS, "")
        hint = f" {error.hint}" if error.hint else ""
        yield list((row | {"file": error.file or "", "error": error.message + hint}).values())


def _row(file: AuditedFileEntry, found: FoundEntry) -> list[str]:
    face = found.face
    leak = face.left.K2 or (None if face.nearest is None else face.nearest.K2)
    low, high = (None, None) if leak is None else leak.rank1_interval
    values = (
        file.file, found.action, face.redaction.kind, face.redaction.strength_px,
        face.redaction.strength, face.redaction.sure, found.risk, low, high, face.frame, *face.box,
        face.width_px, found.face_seen, found.frames, face.verdict, face.advice, file.sha256, None,
    )  # fmt: skip
    return ["" if value is None else str(value) for value in values]
