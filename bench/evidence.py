"""``.venv/bin/python bench/evidence.py``: what keeping evidence costs.

Nothing here is a test: figures depend on the machine.
"""

from __future__ import annotations

from pathlib import Path

from page import Page

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Measure each part."""
    Page().print_of(HERE / "evidence" / "commitment.py")


if __name__ == "__main__":
    main()
