"""``make bench-photos``: every figure of the photo tables, side by side with deface, in one run.

Prints the tables and writes them, with the machine they were measured on, to the results folder.
Nothing here is a test: figures depend on the machine, so read ratios, not seconds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import speed
from page import Page

HERE = Path(__file__).resolve().parent
MEGAPIXELS = (2.0, 12.0, 24.0)


def main() -> None:
    """Run the sections asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--efface", type=Path, default=Path(sys.executable).parent / "efface")
    parser.add_argument("--deface", type=Path, required=True, help="deface's own executable")
    parser.add_argument("--data", type=Path, required=True, help="folder with gt.json and images/")
    parser.add_argument("--scorer", type=Path, required=True, help="recall.py")
    parser.add_argument("--photos", type=int, default=50, help="photos in each timed call")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="more folders to rescan")
    parser.add_argument("--results", type=Path, default=HERE / "results")
    parser.add_argument(
        "--only",
        nargs="*",
        choices=SECTIONS,
        default=[name for name in SECTIONS if name != "degraded"],
        help="sections to run; all but 'degraded', which takes as long as the others, if left out",
    )
    args = parser.parse_args()
    args.results.mkdir(parents=True, exist_ok=True)
    page = Page()
    page.say("# Photos: efface beside deface")
    page.say()
    page.say_on_what()
    with tempfile.TemporaryDirectory(prefix="efface-bench-") as scratch:
        for name in args.only:
            SECTIONS[name](args, page, Path(scratch))
    (args.results / "photos.md").write_text("\n".join(page.lines) + "\n", encoding="utf-8")


def recall(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """Recall and coverage, paired; the detection room's own bench."""
    page.say("## Detection")
    page.say()
    page.print_of(
        HERE / "detect" / "recall_table.py", "--data", args.data, "--tool", args.scorer,
        "--deface-python", args.deface.parent / "python", "--out", args.results / "detect",
    )  # fmt: skip


def degraded(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """The same on pictures made worse."""
    page.say("## Detection in pictures made worse")
    page.say()
    page.print_of(
        HERE / "detect" / "degraded.py", "--data", args.data, "--tool", args.scorer,
        "--deface-python", args.deface.parent / "python",
    )  # fmt: skip


def rescan(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """False alarms of the rescan on clean redactions, and its power."""
    page.say("## Rescan")
    page.say()
    more = ["--more", *args.more] if args.more else []
    page.print_of(HERE / "detect" / "rescan.py", "--data", args.data, *more)


def cpu(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """CPU-seconds of one call over many photos, and where efface spends them."""
    page.say(f"## CPU-seconds for {args.photos} photos in one call (whole process)")
    page.say()
    rows, split = [], []
    for megapixels in MEGAPIXELS:
        photos = speed.make_photos(
            args.data / "images", scratch / f"in-{megapixels}", args.photos, megapixels
        )
        theirs = speed.run_deface(args.deface, photos, scratch / "out-deface")
        row = [f"{megapixels:g} MP", f"{theirs.cpu_seconds:.1f}"]
        for mode in ("default", "fast", "high"):
            ours = speed.run_efface(args.efface, photos, scratch / "out-efface", "--recall", mode)
            ratio = ours.cpu_seconds / theirs.cpu_seconds
            row.append(f"{ours.cpu_seconds:.1f} ({ratio:.2f}x)")
            by_step = speed.steps(ours.stdout)
            counts = json.loads(ours.stdout)["counts"]
            split.append(
                [f"{megapixels:g} MP, {mode}"]
                + [f"{by_step.get(s, 0.0):.1f}" for s in STEPS]
                + [f"{ours.cpu_seconds - sum(by_step.values()):.1f}"]
                + [", ".join(f"{n} {status}" for status, n in sorted(counts.items()))]
            )
        rows.append(row)
        shutil.rmtree(scratch / f"in-{megapixels}")
    page.table(["", "deface", "efface default", "efface --fast", "efface --recall high"], rows)
    page.say("efface by step (CPU-seconds; the rest is start-up and bookkeeping):")
    page.say()
    page.table(["", *STEPS, "rest", "outcome"], split)


STEPS = ("read", "detect", "write", "verify", "rescan")


def memory(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """Peak memory of one photo."""
    page.say("## Peak memory, one photo (MB of resident memory)")
    page.say()
    rows = []
    for megapixels in (2.0, 24.0, 100.0):
        (photo,) = speed.make_photos(
            args.data / "images", scratch / f"mem-{megapixels}", 1, megapixels
        )
        ours = speed.run_efface(args.efface, [photo], scratch / "out-efface")
        theirs = "not run"
        if megapixels <= 24:
            theirs = f"{speed.run_deface(args.deface, [photo], scratch / 'o').peak_mb:.0f}"
        rows.append([f"{megapixels:g} MP", f"{ours.peak_mb:.0f}", theirs])
    page.table(["", "efface default", "deface"], rows)


def start(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """Start-up, and what one small photo costs with and without the cached model."""
    page.say("## Start-up and a single photo (CPU-seconds)")
    page.say()
    (photo,) = speed.make_photos(args.data / "images", scratch / "one", 1, 1.0)
    version_only = speed.measure([args.efface, "--version"])
    cache = scratch / "cache"
    cold = speed.run_efface_cached(args.efface, photo, scratch / "o1", cache)
    warm = speed.run_efface_cached(args.efface, photo, scratch / "o2", cache)
    theirs = speed.run_deface(args.deface, [photo], scratch / "o3")
    page.table(
        ["efface --version", "1 MP, first run ever", "1 MP, model cached", "deface, 1 MP"],
        [[f"{u.cpu_seconds:.2f}" for u in (version_only, cold, warm, theirs)]],
    )


SECTIONS = {
    "recall": recall,
    "degraded": degraded,
    "rescan": rescan,
    "cpu": cpu,
    "memory": memory,
    "start": start,
}


if __name__ == "__main__":
    main()
