"""``make bench-evidence``: what keeping evidence costs, and what figures of lossy files notice.

Nothing here is a test: figures depend on the machine.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from page import Page

HERE = Path(__file__).resolve().parent
HEAD = """# What figures notice: measurements

Written by `make bench-evidence`. What figures are, and what follows from their tolerances, stands
in [evidence](evidence.md#what-figures-see). Luma and components in steps of 255.
"""


def main() -> None:
    """Measure each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="folder of JPEG photos")
    parser.add_argument("--clips", type=Path, help="folder of MP4")
    parser.add_argument("--page", type=Path, help="where what figures notice is written")
    args = parser.parse_args()
    page = Page()
    for part in ("whole", "commitment", "video", "readers"):
        page.print_of(HERE / "evidence" / f"{part}.py")
    if args.pictures is None or args.clips is None:
        return
    data = "--pictures", args.pictures, "--clips", args.clips
    noticed = Page()
    noticed.say(HEAD)
    noticed.say("## Healthy files\n")
    noticed.print_of(HERE / "evidence" / "healthy.py", *data)
    noticed.say("## Alterations\n")
    noticed.print_of(HERE / "evidence" / "simulated.py", *data)
    if args.page is not None:
        args.page.write_text("\n".join(noticed.lines), encoding="utf-8")


if __name__ == "__main__":
    main()
