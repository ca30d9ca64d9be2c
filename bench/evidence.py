"""``make bench-evidence``: what keeping evidence costs.

Nothing here is a test: figures depend on the machine.
"""

from __future__ import annotations

from pathlib import Path

from page import Page

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Measure each part."""
    page = Page()
    for part in ("whole", "commitment", "video"):
        page.print_of(HERE / "evidence" / f"{part}.py")


if __name__ == "__main__":
    main()
