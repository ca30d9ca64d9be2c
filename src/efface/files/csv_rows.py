"""Rows of a table that spreadsheets open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def csv_row(cells: Iterable[str]) -> str:
    """One line of CSV, its end included; nothing in it is taken for a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: file names are hostile, too."""
    text = cell.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
