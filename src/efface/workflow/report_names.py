"""Names of reports, and of what lies beside them."""

from __future__ import annotations

from pathlib import Path

PAGES, PAPERS = (".html", ".htm"), (".pdf",)
"""What the names of reports end with."""
SIGNATURE, CERTIFICATES = ".sig", ".pem"
"""What the names of the files beside a signed one end with, after its own."""


def is_report(path: Path) -> bool:
    """Whether a name is that of a report."""
    return path.suffix.lower() in (*PAGES, *PAPERS)


def beside(path: Path) -> tuple[Path, Path]:
    """Where the signature of a report lies, and its certificates."""
    return path.with_name(path.name + SIGNATURE), path.with_name(path.name + CERTIFICATES)
